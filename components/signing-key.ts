import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { signingKeyAlias } from "../functions/shared/names";
import { keyAdministration } from "./evidence-key";
import type { Installation } from "./installation";
import { policyDocument } from "./policy-document";

export interface SigningKeyArgs {
  installation: Installation;
  /** ARN of the function role that closes cases: the only one that signs. */
  signer: string;
  protect: boolean;
}

/**
 * Signs closed manifests: ECDSA on P-256, verified offline with the public key. Asymmetric keys cannot rotate
 * (https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html), so every case stores its public key.
 */
export class SigningKey extends pulumi.ComponentResource {
  declare readonly arn: pulumi.Output<string>;
  declare readonly alias: pulumi.Output<string>;

  constructor(name: string, args: SigningKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:SigningKey", name, args, opts);
    const { installation, signer, protect } = args;
    const account = { AWS: `arn:${installation.partition}:iam::${installation.masterAccountId}:root` };
    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `${installation.prefix}: signs evidence manifests`,
        customerMasterKeySpec: "ECC_NIST_P256",
        keyUsage: "SIGN_VERIFY",
        deletionWindowInDays: 30,
        policy: policyDocument([
          { Sid: "Administration", Principal: account, Action: keyAdministration, Resource: "*" },
          {
            Sid: "ClosingSigns",
            Principal: account,
            Action: ["kms:Sign", "kms:GetPublicKey", "kms:DescribeKey"],
            Resource: "*",
            Condition: { ArnEquals: { "aws:PrincipalArn": signer } },
          },
          { Sid: "AnyoneHereVerifies", Principal: account, Action: "kms:Verify", Resource: "*" },
        ]),
      },
      { parent: this, protect, retainOnDelete: protect },
    );
    const alias = new aws.kms.Alias(
      `${name}-alias`,
      { name: signingKeyAlias(installation.prefix), targetKeyId: key.keyId },
      { parent: this },
    );
    this.arn = key.arn;
    this.alias = alias.name;
    this.registerOutputs({ arn: this.arn, alias: this.alias });
  }
}
