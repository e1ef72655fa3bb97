import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { CaseTable } from "../functions/shared/cases";
import { casesTableName, vaultBucketName } from "../functions/shared/names";
import { explain } from "./explain";
import { Failure, exitCodes } from "./failure";

/** One installation of Firebreak, reached with the ordinary AWS credentials of whoever calls the command. */
export interface Installation {
  prefix: string;
  partition: string;
  account: string;
  region: string;
  /** ARN of the caller: who did what is on the case. */
  caller: string;
  table: CaseTable;
  vaultBucket: string;
  s3: S3Client;
  sfn: SFNClient;
  kms: KMSClient;
  lambda: LambdaClient;
}

export interface InstallationOptions {
  /** @default FIREBREAK_PREFIX, else `firebreak` */
  prefix?: string;
}

/** The prefix that options, environment and default agree on. */
export function installationPrefix(options: InstallationOptions): string {
  const prefix = options.prefix ?? process.env.FIREBREAK_PREFIX ?? "firebreak";
  if (!/^[a-z][a-z0-9-]{1,15}$/.test(prefix)) {
    throw new Failure(
      `prefix "${prefix}": expected 2 to 16 lower-case letters, digits and hyphens, beginning with a letter`,
      "Set --prefix or FIREBREAK_PREFIX to the installation's.",
      exitCodes.usage,
    );
  }
  return prefix;
}

/**
 * Opens the installation for the time of `work`, and explains what AWS answers with.
 *
 * @throws Failure naming the mend: no credentials, no region, no master stack, no permission, no connection
 */
export async function withInstallation<T>(
  options: InstallationOptions,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const prefix = installationPrefix(options);
  // The AWS CLI reads both; the SDK only the first.
  if (!process.env.AWS_REGION && process.env.AWS_DEFAULT_REGION)
    process.env.AWS_REGION = process.env.AWS_DEFAULT_REGION;
  const sts = new STSClient({});
  const dynamo = new DynamoDBClient({});
  const clients = {
    s3: new S3Client({ forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL) }),
    sfn: new SFNClient({}),
    kms: new KMSClient({}),
    lambda: new LambdaClient({}),
  };
  let region: string | undefined;
  let account: string | undefined;
  try {
    region = await sts.config.region();
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
    if (!Account || !Arn) throw new Failure("STS does not say whose credentials these are", "Sign in again.");
    account = Account;
    return await work({
      prefix,
      partition: Arn.split(":")[1] ?? "aws",
      account,
      region,
      caller: Arn,
      table: {
        client: DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } }),
        table: casesTableName(prefix),
      },
      vaultBucket: vaultBucketName(prefix, account, region),
      ...clients,
    });
  } catch (error) {
    throw explain(error, { prefix, region, account, table: casesTableName(prefix) });
  } finally {
    for (const client of [sts, dynamo, ...Object.values(clients)]) client.destroy();
  }
}
