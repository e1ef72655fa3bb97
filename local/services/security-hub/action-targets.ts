import { z } from "zod";
import { parse } from "../input";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { announceAction } from "./announce";
import { conflict, invalidInput, limitExceeded, notFound } from "./errors";
import type { ActionTarget, HubState } from "./state";
import { findVisible, hubOf } from "./visible";

const name = z.string().regex(/\S/).max(20, "expected at most 20 characters");
const description = z.string().regex(/\S/).max(500);
const create = z.object({
  Name: name,
  Description: description,
  Id: z.string().regex(/^[A-Za-z0-9]{1,20}$/, "expected up to 20 letters and digits"),
});
const update = z.object({ Name: name.optional(), Description: description.optional() });
const get = z.object({
  ActionTargetArns: z.array(z.string()).max(100).optional(),
  MaxResults: z.number().int().optional(),
  NextToken: z.string().nullish(),
});

/** Custom actions of one account and region. */
const targetLimit = 50;

/** https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-custom-actions.html */
export function actionTargetOperations(state: HubState): Operations {
  const one = (call: Call, arn = call.params.ActionTargetArn ?? ""): ActionTarget => {
    const found = hubOf(state, call).actionTargets.get(arn);
    if (!found) throw notFound(`ActionTarget ${arn} not found`);
    return found;
  };
  return {
    CreateActionTarget(call) {
      const { actionTargets } = hubOf(state, call);
      const { Id, Name, Description } = parse(create, call.body, invalidInput);
      const ActionTargetArn = `arn:${call.partition}:securityhub:${call.region}:${call.account}:action/custom/${Id}`;
      if (actionTargets.has(ActionTargetArn)) throw conflict(`ActionTarget ${ActionTargetArn} already exists`);
      if (actionTargets.size >= targetLimit)
        throw limitExceeded(`An account has at most ${targetLimit} custom actions`);
      actionTargets.set(ActionTargetArn, { ActionTargetArn, Name, Description });
      return { ActionTargetArn };
    },
    UpdateActionTarget(call) {
      Object.assign(one(call), parse(update, call.body, invalidInput));
      return {};
    },
    DeleteActionTarget(call) {
      const { ActionTargetArn } = one(call);
      hubOf(state, call).actionTargets.delete(ActionTargetArn);
      return { ActionTargetArn };
    },
    DescribeActionTargets(call) {
      const hub = hubOf(state, call);
      const { ActionTargetArns, MaxResults, NextToken } = parse(get, call.body, invalidInput);
      const all = ActionTargetArns?.length
        ? ActionTargetArns.map((arn) => one(call, arn))
        : [...hub.actionTargets.values()];
      const { items, nextToken } = page(all, {
        size: MaxResults,
        token: NextToken,
        max: 100,
        of: ActionTargetArns,
        invalid: invalidInput,
      });
      return { ActionTargets: items, NextToken: nextToken };
    },
  };
}

/** Somebody picks findings in the console and a custom action for them. AWS has no API for it. */
export interface Choice {
  account: string;
  region: string;
  /** ARN of the custom action, of that account and region. */
  action: string;
  findings: { Id: string; ProductArn: string }[];
}

/** @throws ResourceNotFoundException where there is no such action or finding */
export function chooseAction(state: HubState, { action, findings, ...at }: Choice): void {
  const target = hubOf(state, at).actionTargets.get(action);
  if (!target) throw notFound(`ActionTarget ${action} not found`);
  const found = findings.map((one) => {
    const seen = findVisible(state, at, one);
    if (!seen) throw notFound(`Finding ${one.Id} not found`);
    return seen.stored.finding;
  });
  for (const finding of found)
    announceAction(state, at, { arn: action, name: target.Name, description: target.Description }, finding);
}
