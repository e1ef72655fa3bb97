import { z } from "zod";
import { parse } from "../input";
import type { Call, Operations } from "../service";
import { asffFields, asffProblem, findingBytes } from "./asff";
import { ownProduct } from "./catalog";
import { accessDenied, invalidInput } from "./errors";
import type { Asff } from "./finding";
import { receive } from "./receive";
import type { HubState } from "./state";
import { hubOf } from "./visible";

const input = z.object({
  Findings: z
    .array(z.record(z.string(), z.unknown()))
    .min(1, "expected at least 1 finding")
    .max(100, "expected at most 100 findings"),
});

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html */
export function importOperations(state: HubState): Operations {
  return {
    async BatchImportFindings(call) {
      const hub = hubOf(state, call);
      const { Findings } = parse(input, call.body, invalidInput);
      for (const { ProductArn } of Findings) checkProduct(call, hub.products, ProductArn);
      const FailedFindings: { Id: string; ErrorCode: string; ErrorMessage: string }[] = [];
      for (const finding of Findings) {
        const problem = problemOf(call, finding);
        if (problem)
          FailedFindings.push({ Id: String(finding.Id ?? ""), ErrorCode: "InvalidInput", ErrorMessage: problem });
        else await receive(state, call.region, known(finding));
      }
      const FailedCount = FailedFindings.length;
      return { FailedCount, SuccessCount: Findings.length - FailedCount, FailedFindings };
    },
  };
}

/** A product that is none, or not the caller's to use, fails the call as a whole. */
function checkProduct(call: Call, products: Set<string>, arn: unknown): void {
  const form = /^arn:aws[a-z-]*:securityhub:([a-z0-9-]+):(\d{12})?:product\/[^/]+\/[^/]+$/.exec(String(arn));
  if (!form || form[1] !== call.region) throw invalidInput(`productArn: "${String(arn)}"`);
  if (arn === ownProduct(call.partition, call.region, call.account)) return;
  const isAws = String(arn).includes(":product/aws/");
  if (isAws || !products.has(String(arn)))
    throw accessDenied(
      `User: ${call.principal} is not authorized to perform: securityhub:BatchImportFindings on resource: ${String(arn)}`,
    );
}

function problemOf(call: Call, finding: Record<string, unknown>): string | undefined {
  if (Buffer.byteLength(JSON.stringify(finding)) > findingBytes) return "Finding size exceeded 240 KB.";
  const problem = asffProblem(finding);
  if (problem) return problem;
  // Products that import for other accounts are registered with AWS; here nobody is.
  return finding.AwsAccountId === call.account
    ? undefined
    : `Finding does not adhere to Amazon Finding Format. data.AwsAccountId ${String(finding.AwsAccountId)} is not the account of the caller, ${call.account}.`;
}

/** Nulls and fields that the format has not are dropped. */
const known = (finding: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(finding).filter(([name, value]) => asffFields.has(name) && value !== null && value !== undefined),
  ) as Asff;
