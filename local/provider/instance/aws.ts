import type { SdkClient, SdkClientClass } from "./clients";

/** What a resource definition sees of AWS: clients of the right account and region, and who it is. */
export interface Aws {
  readonly region: string;
  readonly accountId: string;
  /** `aws`, `aws-cn` or `aws-us-gov`, from the region. */
  readonly partition: string;
  /** A client of the account and region; the same one each time. */
  client<T extends SdkClient>(type: SdkClientClass<T>): T;
  /** `arn:<partition>:<service>:<region>:<account>:<resource>`; leave region or account empty with `""`. */
  arn(service: string, resource: string, scope?: { region?: string; account?: string }): string;
}

/** The partition a region belongs to. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** The domain of a partition's endpoints and URLs. */
export function dnsSuffixOf(partition: string): string {
  return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}
