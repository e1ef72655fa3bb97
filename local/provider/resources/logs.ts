import { CloudWatchLogs, type LogGroupClass } from "@aws-sdk/client-cloudwatch-logs";
import type { LogGroupArgs, LogGroupState } from "@pulumi/aws/cloudwatch/logGroup";
import type { Aws } from "../instance/aws";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";

const gone = "ResourceNotFound";

/** What CloudWatch Logs takes; 0 is for ever. */
const retentions = [
  ...[0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
].map(String);

/** `aws.cloudwatch.LogGroup`. */
export const logGroup = defineResource<LogGroupArgs, LogGroupState>({
  token: "aws:cloudwatch/logGroup:LogGroup",
  name: { maxLength: 512 },
  properties: {
    name: { replace: true, pattern: /^[\w./#-]{1,512}$/ },
    namePrefix: { replace: true },
    logGroupClass: { replace: true, oneOf: ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"] },
    retentionInDays: { default: 0, oneOf: retentions },
    skipDestroy: { default: false, writeOnly: true },
  },
  supports: ["kmsKeyId"],
  conflicts: [["name", "namePrefix"]],
  tagging: {
    tag: (aws, id, tags) => aws.client(CloudWatchLogs).tagResource({ resourceArn: arnOf(aws, id), tags }),
    untag: (aws, id, tagKeys) => aws.client(CloudWatchLogs).untagResource({ resourceArn: arnOf(aws, id), tagKeys }),
  },
  async create(aws, { name = "", kmsKeyId, logGroupClass, tags }) {
    await aws.client(CloudWatchLogs).createLogGroup({
      logGroupName: name,
      kmsKeyId,
      logGroupClass: logGroupClass as LogGroupClass | undefined,
      tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
    });
    return name;
  },
  settle: (aws, id, { retentionInDays = 0 }) => retain(aws, id, retentionInDays, false),
  async read(aws, id) {
    const client = aws.client(CloudWatchLogs);
    const { logGroups = [] } = await client.describeLogGroups({ logGroupNamePrefix: id });
    const found = logGroups.find(({ logGroupName }) => logGroupName === id);
    if (!found) return undefined;
    const { tags } = await client.listTagsForResource({ resourceArn: arnOf(aws, id) });
    return {
      arn: found.arn?.replace(/:\*$/, ""),
      name: found.logGroupName,
      kmsKeyId: found.kmsKeyId,
      logGroupClass: found.logGroupClass ?? "STANDARD",
      retentionInDays: found.retentionInDays ?? 0,
      deletionProtectionEnabled: false,
      tags,
    };
  },
  async update(aws, id, { news, changed }) {
    const client = aws.client(CloudWatchLogs);
    if (changed("retentionInDays")) await retain(aws, id, news.retentionInDays ?? 0, true);
    if (changed("kmsKeyId")) {
      await (news.kmsKeyId
        ? client.associateKmsKey({ logGroupName: id, kmsKeyId: news.kmsKeyId })
        : client.disassociateKmsKey({ logGroupName: id }));
    }
  },
  async delete(aws, id, state) {
    if (state["skipDestroy"] === true) return;
    await unlessGone(aws.client(CloudWatchLogs).deleteLogGroup({ logGroupName: id }), gone);
  },
});

async function retain(aws: Aws, logGroupName: string, retentionInDays: number, wasSet: boolean): Promise<void> {
  const client = aws.client(CloudWatchLogs);
  if (retentionInDays > 0) await client.putRetentionPolicy({ logGroupName, retentionInDays });
  else if (wasSet) await client.deleteRetentionPolicy({ logGroupName });
}

function arnOf(aws: Aws, name: string): string {
  return aws.arn("logs", `log-group:${name}`);
}
