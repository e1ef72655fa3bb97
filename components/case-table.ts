import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { casesIndex } from "../functions/shared/cases";
import { casesTableName } from "../functions/shared/names";
import type { Installation } from "./installation";

export interface CaseTableArgs {
  installation: Installation;
  keyArn: pulumi.Input<string>;
  /** Refuse to delete it, and keep it should its stack go. */
  protect: boolean;
}

/** The cases: one item collection a case, and an index that lists them by the time they were opened. */
export class CaseTable extends pulumi.ComponentResource {
  declare readonly tableName: pulumi.Output<string>;
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CaseTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:CaseTable", name, args, opts);
    const { installation, keyArn, protect } = args;
    const table = new aws.dynamodb.Table(
      `${name}-table`,
      {
        name: casesTableName(installation.prefix),
        billingMode: "PAY_PER_REQUEST",
        hashKey: "caseId",
        rangeKey: "sk",
        attributes: [
          { name: "caseId", type: "S" },
          { name: "sk", type: "S" },
          { name: "listed", type: "S" },
          { name: "openedAt", type: "S" },
        ],
        globalSecondaryIndexes: [{ name: casesIndex, hashKey: "listed", rangeKey: "openedAt", projectionType: "ALL" }],
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
        deletionProtectionEnabled: protect,
      },
      { parent: this, protect, retainOnDelete: protect },
    );
    this.tableName = table.name;
    this.arn = table.arn;
    this.registerOutputs({ tableName: this.tableName, arn: this.arn });
  }
}
