import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { keyAdministration } from "./evidence-key";
import type { Installation } from "./installation";
import { policyDocument } from "./policy-document";

export interface LinkKeyArgs {
  installation: Installation;
  /** ARN of the role that signs links: the pager's. */
  signer: string;
  /** ARN of the role that checks them, and can sign none. */
  checker: string;
}

/**
 * Signs the links in pages, by HMAC: nobody ever holds the key. KMS does not rotate HMAC keys
 * (https://docs.aws.amazon.com/kms/latest/developerguide/hmac.html); replacing it ends the links of a day and no more.
 */
export class LinkKey extends pulumi.ComponentResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(name: string, args: LinkKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:LinkKey", name, args, opts);
    const { installation, signer, checker } = args;
    const account = { AWS: `arn:${installation.partition}:iam::${installation.masterAccountId}:root` };
    const only = (Sid: string, Action: string, role: string) => ({
      Sid,
      Principal: account,
      Action,
      Resource: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": role } },
    });
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `${installation.prefix}: signs the links in pages`,
        customerMasterKeySpec: "HMAC_256",
        keyUsage: "GENERATE_VERIFY_MAC",
        deletionWindowInDays: 7,
        policy: policyDocument([
          { Sid: "Administration", Principal: account, Action: keyAdministration, Resource: "*" },
          only("PagerSigns", "kms:GenerateMac", signer),
          only("AcknowledgementChecks", "kms:VerifyMac", checker),
        ]),
      },
      { parent: this },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
