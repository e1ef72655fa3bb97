import {
  DynamoDB,
  type CreateTableCommandInput,
  type GlobalSecondaryIndexDescription,
  type GlobalSecondaryIndexUpdate,
  type KeySchemaElement,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import type { TableArgs, TableState } from "@pulumi/aws/dynamodb/table";
import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "../instance/aws";
import { unlessGone } from "../support/errors";
import { waitFor } from "../support/retry";
import { defineResource, each } from "./definition";
import { tagList, tagMap } from "./values";

const gone = "ResourceNotFound";
type Table = Unwrap<TableArgs>;
type Index = NonNullable<Table["globalSecondaryIndexes"]>[number];

const table = defineResource<TableArgs, TableState>({
  token: "aws:dynamodb/table:Table",
  name: { maxLength: 255 },
  properties: {
    name: { replace: true, pattern: /^[\w.-]{3,255}$/ },
    ...each(["hashKey", "rangeKey", "localSecondaryIndexes"], { replace: true }),
    attributes: { set: true },
    "attributes.type": { oneOf: ["S", "N", "B"] },
    globalSecondaryIndexes: { set: true },
    "globalSecondaryIndexes.projectionType": { oneOf: ["ALL", "INCLUDE", "KEYS_ONLY"] },
    billingMode: { default: "PROVISIONED", oneOf: ["PROVISIONED", "PAY_PER_REQUEST"] },
    streamEnabled: { implied: false },
    streamViewType: { oneOf: ["", "KEYS_ONLY", "NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE"] },
    tableClass: { default: "STANDARD", oneOf: ["STANDARD", "STANDARD_INFREQUENT_ACCESS"] },
    deletionProtectionEnabled: { default: false },
    "pointInTimeRecovery.recoveryPeriodInDays": { min: 1, max: 35 },
  },
  supports: ["pointInTimeRecovery", "readCapacity", "serverSideEncryption", "ttl", "writeCapacity"],
  tagging: {
    tag: (aws, id, tags) =>
      aws.client(DynamoDB).tagResource({ ResourceArn: aws.arn("dynamodb", `table/${id}`), Tags: tagList(tags) }),
    untag: (aws, id, keys) =>
      aws.client(DynamoDB).untagResource({ ResourceArn: aws.arn("dynamodb", `table/${id}`), TagKeys: keys }),
  },
  check: checkAttributes,
  async create(aws, inputs) {
    await aws.client(DynamoDB).createTable(tableOf(inputs));
    return inputs.name ?? "";
  },
  async settle(aws, id, inputs) {
    await active(aws, id);
    if (inputs.pointInTimeRecovery?.enabled) await setRecovery(aws, id, inputs);
    if (inputs.ttl?.enabled) await setTtl(aws, id, inputs);
  },
  async read(aws, id) {
    const client = aws.client(DynamoDB);
    const found = (await unlessGone(client.describeTable({ TableName: id }), gone))?.Table;
    if (!found || found.TableStatus === "DELETING") return undefined;
    const [backups, ttl, tags] = await Promise.all([
      client.describeContinuousBackups({ TableName: id }),
      client.describeTimeToLive({ TableName: id }),
      client.listTagsOfResource({ ResourceArn: found.TableArn }),
    ]);
    const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    const recovers = recovery?.PointInTimeRecoveryStatus === "ENABLED";
    const expiry = ttl.TimeToLiveDescription;
    return {
      ...stateOf(found),
      pointInTimeRecovery: {
        enabled: recovers,
        ...(recovers ? { recoveryPeriodInDays: recovery.RecoveryPeriodInDays ?? 35 } : {}),
      },
      ttl: {
        attributeName: expiry?.AttributeName ?? "",
        enabled: expiry?.TimeToLiveStatus === "ENABLED" || expiry?.TimeToLiveStatus === "ENABLING",
      },
      tags: tagMap(tags.Tags),
    };
  },
  async update(aws, id, { news, olds, changed }) {
    if (changed("billingMode", "readCapacity", "writeCapacity")) {
      const ProvisionedThroughput = news.billingMode === "PROVISIONED" ? throughput(news) : undefined;
      await change(aws, id, { BillingMode: news.billingMode as "PROVISIONED", ProvisionedThroughput });
    }
    if (changed("streamEnabled", "streamViewType")) await change(aws, id, { StreamSpecification: streamOf(news) });
    if (changed("serverSideEncryption"))
      await change(aws, id, { SSESpecification: encryptionOf(news) ?? { Enabled: false } });
    if (changed("deletionProtectionEnabled")) {
      await change(aws, id, { DeletionProtectionEnabled: news.deletionProtectionEnabled });
    }
    if (changed("tableClass")) await change(aws, id, { TableClass: news.tableClass as "STANDARD" });
    if (changed("globalSecondaryIndexes")) {
      for (const update of indexUpdates(olds, news)) {
        await change(aws, id, {
          GlobalSecondaryIndexUpdates: [update],
          AttributeDefinitions: tableOf(news).AttributeDefinitions,
        });
      }
    }
    if (changed("pointInTimeRecovery")) await setRecovery(aws, id, news);
    if (changed("ttl")) await setTtl(aws, id, news);
  },
  async delete(aws, id) {
    const client = aws.client(DynamoDB);
    if (!(await unlessGone(client.deleteTable({ TableName: id }), gone))) return;
    await waitFor(async () => ((await unlessGone(client.describeTable({ TableName: id }), gone)) ? undefined : true));
  },
});

/** Everything in `aws.dynamodb` that Firebreak uses. */
export const resources = [table];

/** DynamoDB wants exactly the attributes that keys use. */
function checkAttributes(inputs: Table) {
  const failures: { property: string; reason: string }[] = [];
  const report = (property: string, reason: string) => failures.push({ property, reason });
  const indexes = [...(inputs.globalSecondaryIndexes ?? []), ...(inputs.localSecondaryIndexes ?? [])];
  const keys = [
    ...[inputs.hashKey, inputs.rangeKey],
    ...indexes.flatMap((index) => ["hashKey" in index ? index.hashKey : undefined, index.rangeKey]),
    ...(inputs.globalSecondaryIndexes ?? []).flatMap(
      ({ keySchemas }) => keySchemas?.map((key) => key.attributeName) ?? [],
    ),
  ].filter((key): key is string => Boolean(key));
  const attributes = (inputs.attributes ?? []).map(({ name }) => name);
  if (!inputs.hashKey) report("hashKey", "hashKey is required");
  for (const name of new Set(keys.filter((key) => !attributes.includes(key)))) {
    report(
      "attributes",
      `all attributes must be indexed and all keys declared: "${name}" is a key without an attribute`,
    );
  }
  for (const name of attributes.filter((attribute) => !keys.includes(attribute))) {
    report("attributes", `all attributes must be indexed. Unused attributes: ["${name}"]`);
  }
  if (inputs.billingMode === "PROVISIONED" && !(inputs.readCapacity && inputs.writeCapacity)) {
    report("readCapacity", "readCapacity and writeCapacity must be set when billingMode is PROVISIONED");
  }
  if (inputs.billingMode === "PAY_PER_REQUEST" && (inputs.readCapacity || inputs.writeCapacity)) {
    report("readCapacity", "readCapacity and writeCapacity can not be set when billingMode is PAY_PER_REQUEST");
  }
  if (inputs.streamEnabled && !inputs.streamViewType)
    report("streamViewType", "streamViewType is required when streamEnabled");
  if (inputs.ttl?.enabled && !inputs.ttl.attributeName)
    report("ttl", "ttl.attributeName is required when ttl is enabled");
  return failures;
}

function tableOf(inputs: Table): CreateTableCommandInput {
  const provisioned = inputs.billingMode === "PROVISIONED";
  return {
    TableName: inputs.name,
    AttributeDefinitions: (inputs.attributes ?? []).map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type as "S",
    })),
    KeySchema: keySchema(inputs.hashKey, inputs.rangeKey),
    BillingMode: inputs.billingMode as "PROVISIONED",
    ProvisionedThroughput: provisioned ? throughput(inputs) : undefined,
    GlobalSecondaryIndexes: list(inputs.globalSecondaryIndexes?.map((index) => indexOf(index, provisioned))),
    LocalSecondaryIndexes: list(
      inputs.localSecondaryIndexes?.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(inputs.hashKey, index.rangeKey),
        Projection: projectionOf(index),
      })),
    ),
    StreamSpecification: inputs.streamEnabled ? streamOf(inputs) : undefined,
    SSESpecification: encryptionOf(inputs),
    TableClass: inputs.tableClass as "STANDARD",
    DeletionProtectionEnabled: inputs.deletionProtectionEnabled,
    Tags: list(tagList(inputs.tags)),
  };
}

function stateOf(found: TableDescription): Partial<Unwrap<TableState>> {
  const key = (type: string, schema = found.KeySchema) =>
    schema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return {
    arn: found.TableArn,
    name: found.TableName,
    hashKey: key("HASH"),
    rangeKey: key("RANGE"),
    attributes: found.AttributeDefinitions?.map(({ AttributeName = "", AttributeType = "" }) => ({
      name: AttributeName,
      type: AttributeType,
    })),
    billingMode: found.BillingModeSummary?.BillingMode ?? "PROVISIONED",
    readCapacity: found.ProvisionedThroughput?.ReadCapacityUnits ?? 0,
    writeCapacity: found.ProvisionedThroughput?.WriteCapacityUnits ?? 0,
    deletionProtectionEnabled: found.DeletionProtectionEnabled ?? false,
    tableClass: found.TableClassSummary?.TableClass ?? "STANDARD",
    streamEnabled: found.StreamSpecification?.StreamEnabled ?? false,
    streamViewType: found.StreamSpecification?.StreamViewType ?? "",
    streamArn: found.LatestStreamArn ?? "",
    streamLabel: found.LatestStreamLabel ?? "",
    serverSideEncryption:
      found.SSEDescription?.Status === "ENABLED"
        ? { enabled: true, kmsKeyArn: found.SSEDescription.KMSMasterKeyArn }
        : { enabled: false },
    globalSecondaryIndexes: (found.GlobalSecondaryIndexes ?? []).map((index: GlobalSecondaryIndexDescription) => ({
      name: index.IndexName ?? "",
      hashKey: key("HASH", index.KeySchema),
      rangeKey: key("RANGE", index.KeySchema),
      projectionType: index.Projection?.ProjectionType ?? "",
      nonKeyAttributes: index.Projection?.NonKeyAttributes,
      readCapacity: index.ProvisionedThroughput?.ReadCapacityUnits ?? 0,
      writeCapacity: index.ProvisionedThroughput?.WriteCapacityUnits ?? 0,
    })),
  };
}

/** One index at a time, as DynamoDB wants it: what is no longer wanted first. */
function indexUpdates(olds: Table, news: Table): GlobalSecondaryIndexUpdate[] {
  const text = (index: Index) => JSON.stringify(indexOf(index, news.billingMode === "PROVISIONED"));
  const [before, after] = [olds.globalSecondaryIndexes ?? [], news.globalSecondaryIndexes ?? []];
  const same = (index: Index, others: readonly Index[]) => others.some((other) => text(other) === text(index));
  return [
    ...before.filter((index) => !same(index, after)).map(({ name }) => ({ Delete: { IndexName: name } })),
    ...after
      .filter((index) => !same(index, before))
      .map((index) => ({ Create: indexOf(index, news.billingMode === "PROVISIONED") })),
  ];
}

function indexOf(index: Index, provisioned: boolean) {
  const schema = index.keySchemas?.map(({ attributeName, keyType }) => ({
    AttributeName: attributeName,
    KeyType: keyType as "HASH",
  }));
  return {
    IndexName: index.name,
    KeySchema: schema?.length ? schema : keySchema(index.hashKey, index.rangeKey),
    Projection: projectionOf(index),
    ProvisionedThroughput: provisioned ? throughput(index) : undefined,
  };
}

function keySchema(hashKey: string | undefined, rangeKey: string | undefined): KeySchemaElement[] {
  const range: KeySchemaElement[] = rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" }] : [];
  return [{ AttributeName: hashKey, KeyType: "HASH" }, ...range];
}

function projectionOf({ projectionType, nonKeyAttributes }: { projectionType: string; nonKeyAttributes?: string[] }) {
  return { ProjectionType: projectionType as "ALL", NonKeyAttributes: nonKeyAttributes };
}

function throughput({ readCapacity, writeCapacity }: { readCapacity?: number; writeCapacity?: number }) {
  return { ReadCapacityUnits: readCapacity, WriteCapacityUnits: writeCapacity };
}

function streamOf({ streamEnabled, streamViewType }: Table) {
  return streamEnabled
    ? { StreamEnabled: true, StreamViewType: streamViewType as "NEW_IMAGE" }
    : { StreamEnabled: false };
}

function encryptionOf({ serverSideEncryption: encryption }: Table): CreateTableCommandInput["SSESpecification"] {
  if (!encryption) return undefined;
  if (!encryption.enabled) return { Enabled: false };
  return { Enabled: true, SSEType: "KMS", KMSMasterKeyId: encryption.kmsKeyArn };
}

function setRecovery(aws: Aws, id: string, { pointInTimeRecovery: recovery }: Table) {
  return aws.client(DynamoDB).updateContinuousBackups({
    TableName: id,
    PointInTimeRecoverySpecification: {
      PointInTimeRecoveryEnabled: recovery?.enabled ?? false,
      ...(recovery?.enabled ? { RecoveryPeriodInDays: recovery.recoveryPeriodInDays } : {}),
    },
  });
}

async function setTtl(aws: Aws, id: string, { ttl }: Table): Promise<void> {
  const client = aws.client(DynamoDB);
  const current = (await client.describeTimeToLive({ TableName: id })).TimeToLiveDescription;
  const AttributeName = ttl?.attributeName || current?.AttributeName;
  const isOn = current?.TimeToLiveStatus === "ENABLED" || current?.TimeToLiveStatus === "ENABLING";
  if (!AttributeName || isOn === (ttl?.enabled ?? false)) return; // DynamoDB refuses to be told what it does already
  await client.updateTimeToLive({
    TableName: id,
    TimeToLiveSpecification: { AttributeName, Enabled: ttl?.enabled ?? false },
  });
}

async function change(aws: Aws, id: string, update: Omit<Parameters<DynamoDB["updateTable"]>[0], "TableName">) {
  await aws.client(DynamoDB).updateTable({ TableName: id, ...update });
  await active(aws, id);
}

async function active(aws: Aws, id: string): Promise<void> {
  await waitFor(async () => {
    const { Table: found } = await aws.client(DynamoDB).describeTable({ TableName: id });
    const indexes = (found?.GlobalSecondaryIndexes ?? []).every(
      ({ IndexStatus }) => (IndexStatus ?? "ACTIVE") === "ACTIVE",
    );
    return found?.TableStatus === "ACTIVE" && indexes ? true : undefined;
  });
}

function list<T>(items: T[] | undefined): T[] | undefined {
  return items?.length ? items : undefined;
}
