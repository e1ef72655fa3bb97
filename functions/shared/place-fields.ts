import { patternField } from "./fields";
import type { Json } from "./fields";

/** Where a finding is: read the same way from every source. */
export interface Place {
  partition: string;
  account: string;
  region: string;
}

export function accountField(object: Json, name: string, path: string): string {
  return patternField(object, name, path, /^\d{12}$/, "an account id of 12 digits");
}

export function regionField(object: Json, name: string, path: string): string {
  return patternField(object, name, path, /^[a-z]{2,4}(-[a-z]+)+-\d$/, "a region");
}

/** An AWS resource name; its parts are not looked into. */
export function arnField(object: Json, name: string, path: string): string {
  return patternField(object, name, path, arnPattern, "an ARN");
}

export const arnPattern = /^arn:aws(-[a-z]+)*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:[\x21-\x7e]+$/;

/** `aws`, `aws-cn`, `aws-us-gov`: the second part of an ARN. */
export function partitionOfArn(arn: string): string {
  return arn.split(":")[1] ?? "";
}
