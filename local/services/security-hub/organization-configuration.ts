import { z } from "zod";
import { parse } from "../input";
import type { Operations } from "../service";
import { requireAdministrator } from "./administration";
import { centralRegions } from "./central";
import { enableHub } from "./enable";
import { accessDenied, conflict, invalidInput } from "./errors";
import type { HubState } from "./state";
import { hubOf } from "./visible";

const input = z.object({
  AutoEnable: z.boolean(),
  AutoEnableStandards: z.enum(["NONE", "DEFAULT"]).optional(),
  OrganizationConfiguration: z.object({ ConfigurationType: z.enum(["CENTRAL", "LOCAL"]).optional() }).optional(),
});

/**
 * Local configuration, region by region, or central configuration from the home region.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/central-configuration-intro.html
 */
export function organizationOperations(state: HubState): Operations {
  return {
    DescribeOrganizationConfiguration(call) {
      hubOf(state, call);
      requireAdministrator(state, call);
      const { autoEnable, autoEnableStandards } = state.regions.of(call.account, call.region);
      return {
        AutoEnable: autoEnable,
        AutoEnableStandards: autoEnableStandards,
        MemberAccountLimitReached: false,
        OrganizationConfiguration: { ConfigurationType: state.central ? "CENTRAL" : "LOCAL", Status: "ENABLED" },
      };
    },
    UpdateOrganizationConfiguration(call) {
      hubOf(state, call);
      requireAdministrator(state, call);
      const { AutoEnable, AutoEnableStandards, OrganizationConfiguration } = parse(input, call.body, invalidInput);
      const type = OrganizationConfiguration?.ConfigurationType ?? (state.central ? "CENTRAL" : "LOCAL");
      if (state.central && state.central.home !== call.region)
        throw accessDenied(`Central configuration is managed from the home Region ${state.central.home} only`);
      if (type === "CENTRAL" && (AutoEnable || AutoEnableStandards === "DEFAULT"))
        throw invalidInput("With central configuration AutoEnable must be false and AutoEnableStandards must be NONE");
      if (type === "CENTRAL") startCentral(state, call);
      else {
        stopCentral(state);
        const own = state.regions.of(call.account, call.region);
        own.autoEnable = AutoEnable;
        own.autoEnableStandards = AutoEnableStandards ?? own.autoEnableStandards;
      }
      return {};
    },
  };
}

function startCentral(state: HubState, { account, region }: { account: string; region: string }): void {
  if (state.central) return;
  const aggregator = state.aggregators.get(account);
  if (!aggregator)
    throw invalidInput("Central configuration requires a finding aggregator: create it in the home Region first");
  if (aggregator.home !== region)
    throw invalidInput(`Central configuration is enabled from the home Region ${aggregator.home} only`);
  const central = { administrator: account, home: region, policies: new Map(), associations: new Map(), revision: 0 };
  for (const where of centralRegions(state, central)) {
    const other = state.administrators.get(where);
    if (other && other !== account)
      throw conflict(
        `Account ${other} is the administrator in ${where}: central configuration takes one for all Regions`,
      );
  }
  state.central = central;
  for (const where of centralRegions(state, central)) {
    state.administrators.set(where, account);
    const own = state.regions.of(account, where);
    if (!own.hub) enableHub(state, account, where);
    Object.assign(own, { autoEnable: false, autoEnableStandards: "NONE" });
  }
}

/** Back to local configuration: policies and associations go, accounts keep what they have. */
function stopCentral(state: HubState): void {
  state.central = undefined;
}
