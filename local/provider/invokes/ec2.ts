import { EC2, paginateDescribeVpcs } from "@aws-sdk/client-ec2";
import type { InvokeDefinition } from "./definition";

/** `aws.ec2.getVpcs`. */
export const ec2Invokes: readonly InvokeDefinition[] = [
  {
    token: "aws:ec2/getVpcs:getVpcs",
    async run(aws, args) {
      const given = (args["filters"] as { name: string; values: string[] }[] | undefined) ?? [];
      const tags = Object.entries((args["tags"] as Record<string, string> | undefined) ?? {});
      const filters = [
        ...given.map(({ name, values }) => ({ Name: name, Values: values })),
        ...tags.map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
      ];
      const ids: string[] = [];
      const client = aws.client(EC2);
      for await (const page of paginateDescribeVpcs({ client }, filters.length > 0 ? { Filters: filters } : {})) {
        ids.push(...(page.Vpcs ?? []).flatMap(({ VpcId }) => (VpcId ? [VpcId] : [])));
      }
      return { ...args, ids, tags: Object.fromEntries(tags), id: aws.region };
    },
  },
];
