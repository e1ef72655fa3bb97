import { z } from "zod";
import { parse, tagsSchema } from "../input";
import type { Call, Operations } from "../service";
import { managedCentrally } from "./central";
import { enableHub } from "./enable";
import { accessDenied, conflict, invalidInput, notFound } from "./errors";
import type { HubState } from "./state";
import { hubOf } from "./visible";

const generator = z.enum(["STANDARD_CONTROL", "SECURITY_CONTROL"]);
const enable = z.object({
  EnableDefaultStandards: z.boolean().default(true),
  ControlFindingGenerator: generator.optional(),
  Tags: tagsSchema.optional(),
});
const update = z.object({ AutoEnableControls: z.boolean().optional(), ControlFindingGenerator: generator.optional() });

/** @throws AccessDeniedException where a configuration policy decides, not the account itself */
export function refuseCentral(state: HubState, call: Call): void {
  if (managedCentrally(state, call.account, call.region))
    throw accessDenied(
      "This account is currently associated with a central configuration policy, so only the administrator can access this operation.",
    );
}

/** Security Hub itself, on or off in the caller's account and region. */
export function hubOperations(state: HubState): Operations {
  return {
    EnableSecurityHub(call) {
      const input = parse(enable, call.body, invalidInput);
      if (state.regions.of(call.account, call.region).hub)
        throw conflict("Account is already subscribed to Security Hub");
      refuseCentral(state, call);
      enableHub(state, call.account, call.region, {
        defaultStandards: input.EnableDefaultStandards,
        tags: input.Tags,
        controlFindingGenerator: input.ControlFindingGenerator,
      });
      return {};
    },
    DescribeHub(call) {
      const hub = hubOf(state, call);
      const asked = call.query.get("HubArn");
      if (asked && asked !== hub.arn) throw notFound(`Hub ${asked} not found`);
      return {
        HubArn: hub.arn,
        SubscribedAt: hub.subscribedAt.toISOString(),
        AutoEnableControls: hub.autoEnableControls,
        ControlFindingGenerator: hub.controlFindingGenerator,
      };
    },
    UpdateSecurityHubConfiguration(call) {
      const hub = hubOf(state, call);
      refuseCentral(state, call);
      const input = parse(update, call.body, invalidInput);
      hub.autoEnableControls = input.AutoEnableControls ?? hub.autoEnableControls;
      hub.controlFindingGenerator = input.ControlFindingGenerator ?? hub.controlFindingGenerator;
      return {};
    },
    DisableSecurityHub(call) {
      const own = state.regions.of(call.account, call.region);
      if (!own.hub) throw notFound(`Account ${call.account} is not subscribed to AWS Security Hub`);
      if (state.administrators.get(call.region) === call.account)
        throw invalidInput("Cannot disable Security Hub on the Security Hub administrator");
      refuseCentral(state, call);
      delete own.hub;
      own.members.clear();
      const administrator = state.administrators.get(call.region);
      if (administrator) state.regions.of(administrator, call.region).members.delete(call.account);
      const aggregator = state.aggregators.get(call.account);
      if (aggregator?.home === call.region) state.aggregators.delete(call.account);
      return {};
    },
  };
}
