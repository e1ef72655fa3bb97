import { z } from "zod";
import { integerQuery, parse } from "../input";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { standardsOf } from "./catalog";
import { enableStandard } from "./enable";
import { invalidInput } from "./errors";
import { refuseCentral } from "./hub";
import type { HubState } from "./state";
import { hubOf } from "./visible";

const request = z.object({
  StandardsArn: z.string().min(1),
  StandardsInput: z.record(z.string(), z.string()).optional(),
});
const enable = z.object({ StandardsSubscriptionRequests: z.array(request).min(1).max(25) });
const arns = z.array(z.string().min(1)).min(1).max(25);
const disable = z.object({ StandardsSubscriptionArns: arns });
const get = z.object({
  StandardsSubscriptionArns: arns.optional(),
  MaxResults: z.number().int().optional(),
  NextToken: z.string().nullish(),
});

/** Security standards of one account and region. */
export function standardOperations(state: HubState): Operations {
  const shown = (arn: string, subscription: string, status: string) => ({
    StandardsSubscriptionArn: subscription,
    StandardsArn: arn,
    StandardsInput: {},
    StandardsStatus: status,
    StandardsControlsUpdatable: status === "READY" ? "READY_FOR_UPDATES" : "NOT_READY_FOR_UPDATES",
  });
  const subscribed = (call: Call, subscription: string) => {
    const found = hubOf(state, call).standards.get(subscription);
    if (!found) throw invalidInput(`Invalid parameter StandardsSubscriptionArns: ${subscription} is not enabled`);
    return found;
  };
  return {
    DescribeStandards(call) {
      hubOf(state, call);
      const { items, nextToken } = page(standardsOf(call.partition, call.region), {
        size: integerQuery(call, "MaxResults"),
        token: call.query.get("NextToken"),
        max: 100,
        invalid: invalidInput,
      });
      const Standards = items.map(({ arn, name, description, byDefault }) => ({
        StandardsArn: arn,
        Name: name,
        Description: description,
        EnabledByDefault: byDefault,
        StandardsManagedBy: { Company: "AWS", Product: "Security Hub" },
      }));
      return { Standards, NextToken: nextToken };
    },
    BatchEnableStandards(call) {
      const hub = hubOf(state, call);
      refuseCentral(state, call);
      const { StandardsSubscriptionRequests } = parse(enable, call.body, invalidInput);
      const there = new Set(standardsOf(call.partition, call.region).map(({ arn }) => arn));
      for (const { StandardsArn } of StandardsSubscriptionRequests)
        if (!there.has(StandardsArn))
          throw invalidInput(`Invalid parameter StandardsArn: ${StandardsArn} is no standard in ${call.region}`);
      const StandardsSubscriptions = StandardsSubscriptionRequests.map(({ StandardsArn }) => {
        const subscription = enableStandard(hub, StandardsArn, call.partition, call.region, call.account);
        return shown(StandardsArn, subscription, hub.standards.get(subscription)?.status ?? "PENDING");
      });
      return { StandardsSubscriptions };
    },
    BatchDisableStandards(call) {
      const hub = hubOf(state, call);
      refuseCentral(state, call);
      const { StandardsSubscriptionArns } = parse(disable, call.body, invalidInput);
      const gone = StandardsSubscriptionArns.map((subscription) => ({
        subscription,
        ...subscribed(call, subscription),
      }));
      for (const { subscription } of gone) hub.standards.delete(subscription);
      return { StandardsSubscriptions: gone.map(({ arn, subscription }) => shown(arn, subscription, "DELETING")) };
    },
    GetEnabledStandards(call) {
      const { standards } = hubOf(state, call);
      const { StandardsSubscriptionArns, MaxResults, NextToken } = parse(get, call.body, invalidInput);
      const asked = StandardsSubscriptionArns ?? [...standards.keys()];
      const { items, nextToken } = page(
        asked.filter((subscription) => standards.has(subscription)),
        {
          size: MaxResults,
          token: NextToken,
          max: 100,
          of: StandardsSubscriptionArns,
          invalid: invalidInput,
        },
      );
      const StandardsSubscriptions = items.map((subscription) => {
        const one = subscribed(call, subscription);
        const answer = shown(one.arn, subscription, one.status);
        // A standard is ready some minutes after it was enabled: here, after somebody has seen that it is not.
        one.status = "READY";
        return answer;
      });
      return { StandardsSubscriptions, NextToken: nextToken };
    },
  };
}
