import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../functions/shared/action";
import { policyDocument as filled } from "../functions/shared/statements";
import type { Installation } from "./installation";

type OneOrMany = pulumi.Input<string> | pulumi.Input<pulumi.Input<string>[]>;

/** A statement of a resource or identity policy, in IAM's own words. */
export interface PolicyStatement {
  Sid: string;
  Effect?: "Allow" | "Deny";
  Principal?: "*" | Record<string, OneOrMany>;
  Action: string | string[];
  Resource?: OneOrMany;
  Condition?: Record<string, Record<string, OneOrMany>>;
}

/** An IAM policy as JSON text. Statements allow unless they say otherwise. */
export function policyDocument(statements: PolicyStatement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}

/** Statements that are written as data next to the code that needs them, for this account, in IAM's form. */
export function declared(statements: Statement[], { partition, prefix }: Installation, account: string) {
  return filled(statements, { partition, account, prefix }).Statement satisfies PolicyStatement[];
}

/** Refuses whatever does not come over TLS. For a bucket, name the bucket and its objects. */
export function tlsOnly(action: string, resources: OneOrMany): PolicyStatement {
  return {
    Sid: "OnlyOverTls",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** The trust of a role that an AWS service takes, for resources of the given account only where the service says so. */
export function serviceTrust(service: string, sourceAccount?: string): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "TakenByService",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      ...(sourceAccount ? { Condition: { StringEquals: { "aws:SourceAccount": sourceAccount } } } : {}),
    },
  ]);
}
