import { z } from "zod";
import { parse } from "../input";
import type { Operations } from "../service";
import { announce } from "./announce";
import { findingBytes } from "./asff";
import { applyUpdate, fieldsUpdate } from "./customer-update";
import { invalidInput } from "./errors";
import { keyOf } from "./finding";
import type { HubState } from "./state";
import { findVisible, hubOf } from "./visible";

const identifier = z.object({ Id: z.string().min(1), ProductArn: z.string().min(1) });
const input = fieldsUpdate.extend({ FindingIdentifiers: z.array(identifier).min(1).max(100) });

const problems = {
  FindingNotFound: "Finding Not Found",
  DuplicatedFindingIdentifier: "Finding Identifier is duplicated",
  FindingSizeExceeded: "Finding size exceeded 240 KB",
};

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html */
export function updateOperations(state: HubState): Operations {
  return {
    BatchUpdateFindings(call) {
      hubOf(state, call);
      const { FindingIdentifiers, ...update } = parse(input, call.body, invalidInput);
      const now = state.context.now();
      const counts = new Map<string, number>();
      for (const one of FindingIdentifiers) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
      const ProcessedFindings: z.infer<typeof identifier>[] = [];
      const UnprocessedFindings: object[] = [];
      const refuse = (FindingIdentifier: z.infer<typeof identifier>, ErrorCode: keyof typeof problems) =>
        UnprocessedFindings.push({ FindingIdentifier, ErrorCode, ErrorMessage: problems[ErrorCode] });
      for (const one of FindingIdentifiers) {
        const seen = findVisible(state, call, one);
        if ((counts.get(keyOf(one)) ?? 0) > 1) refuse(one, "DuplicatedFindingIdentifier");
        else if (!seen) refuse(one, "FindingNotFound");
        else {
          const changed = applyUpdate(seen.stored, update, now);
          if (Buffer.byteLength(JSON.stringify(changed.finding)) > findingBytes) {
            refuse(one, "FindingSizeExceeded");
            continue;
          }
          state.regions.of(changed.finding.AwsAccountId, seen.region).findings.set(keyOf(one), changed);
          announce(state, seen.region, changed.finding);
          ProcessedFindings.push(one);
        }
      }
      return { ProcessedFindings, UnprocessedFindings };
    },
  };
}
