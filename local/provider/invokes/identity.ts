import { STS } from "@aws-sdk/client-sts";
import { dnsSuffixOf } from "../instance/aws";
import type { InvokeDefinition } from "./definition";

/** `aws.getCallerIdentity`, `aws.getPartition`, `aws.getRegion`. */
export const indexInvokes: readonly InvokeDefinition[] = [
  {
    token: "aws:index/getCallerIdentity:getCallerIdentity",
    async run(aws) {
      const { Account: accountId, Arn: arn, UserId: userId } = await aws.client(STS).getCallerIdentity({});
      return { accountId, arn, userId, id: accountId };
    },
  },
  {
    token: "aws:index/getPartition:getPartition",
    async run({ partition }) {
      const dnsSuffix = dnsSuffixOf(partition);
      const reverseDnsPrefix = dnsSuffix.split(".").reverse().join(".");
      return { partition, dnsSuffix, reverseDnsPrefix, id: partition };
    },
  },
  {
    token: "aws:index/getRegion:getRegion",
    async run({ region, partition }) {
      // The endpoint and the long name come from the SDK's region tables, which the emulator has no part in.
      const endpoint = `ec2.${region}.${dnsSuffixOf(partition)}`;
      return { name: region, region, id: region, description: region, endpoint };
    },
  },
];
