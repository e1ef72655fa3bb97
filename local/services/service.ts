import type { ServiceError } from "./errors";
import type { Route } from "./router";

export type Json = Record<string, unknown>;

/** One signed and authorised request, as the launcher passed it on. */
export interface Call {
  /** Account of the caller, 12 digits. */
  account: string;
  region: string;
  /** `aws`, `aws-cn` or `aws-us-gov`, from the region. */
  partition: string;
  method: string;
  /** ARN of the caller. */
  principal: string;
  /** What stands for the `{names}` of the route, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** The request's JSON, `{}` where there is none. */
  body: Json;
}

/** Gives the answer's JSON, or throws a {@link ServiceError}. */
export type Operation = (call: Call) => unknown;

/** Operations by name; what is missing here, but in the routes, is refused by name. */
export type Operations = Record<string, Operation>;

/** One AWS service. */
export interface Service {
  /** As in the scope of a Signature Version 4 and in IAM actions: `guardduty`. */
  name: string;
  routes: readonly Route[];
  operations: Operations;
  /** The error's JSON in this service's own fields. */
  errorBody(error: ServiceError): Json;
  /** The error for a request that is no valid one. */
  invalid(message: string): ServiceError;
  /** ARN that IAM checks for an operation, with `{partition}`, `{region}`, `{account}`; `*` where AWS takes no other. */
  resource(operation: string, params: Record<string, string>, body: Json): string;
}

/** @returns the partition that a region belongs to */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
