import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { CaseTable } from "./cases";
import { vaultSettings } from "./settings";
import type { Settings } from "./settings";
import type { Vault } from "./vault";

/** The case table as the function's environment names it. */
export function caseTable(config: Settings): CaseTable {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { client, table: config.casesTable };
}

/** The evidence vault as the function's environment names it. */
export function evidenceVault(): Vault {
  const { vaultBucket, vaultKeyArn, retentionDays } = vaultSettings();
  return { s3: new S3Client({}), bucket: vaultBucket, keyArn: vaultKeyArn, retentionDays };
}
