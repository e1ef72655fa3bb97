import { z } from "zod";
import { integerQuery, parse, tagsSchema } from "../input";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { stableUuid } from "../store";
import { requireAdministrator } from "./administration";
import { standardIn } from "./catalog";
import { accessDenied, conflict, invalidInput, limitExceeded, notFound } from "./errors";
import type { Central, ConfigurationPolicy, HubState } from "./state";
import { hubOf } from "./visible";

const ids = z.array(z.string().min(1)).optional();
const controls = z
  .object({
    EnabledSecurityControlIdentifiers: ids,
    DisabledSecurityControlIdentifiers: ids,
    SecurityControlCustomParameters: z.array(z.record(z.string(), z.unknown())).optional(),
  })
  .refine((one) => !one.EnabledSecurityControlIdentifiers || !one.DisabledSecurityControlIdentifiers, {
    error: "expected either EnabledSecurityControlIdentifiers or DisabledSecurityControlIdentifiers",
  });
const hub = z
  .object({
    ServiceEnabled: z.boolean(),
    EnabledStandardIdentifiers: ids,
    SecurityControlsConfiguration: controls.optional(),
  })
  .refine((one) => !one.ServiceEnabled || (one.EnabledStandardIdentifiers && one.SecurityControlsConfiguration), {
    error: "expected EnabledStandardIdentifiers and SecurityControlsConfiguration where ServiceEnabled is true",
  })
  .refine(
    (one) => one.ServiceEnabled || (!one.EnabledStandardIdentifiers?.length && !one.SecurityControlsConfiguration),
    {
      error: "expected neither standards nor controls where ServiceEnabled is false",
    },
  );
const name = z.string().regex(/^[\w .!*/-]{1,128}$/, "expected letters, digits and -._!*/");
const create = z.object({
  Name: name,
  Description: z.string().max(512).optional(),
  ConfigurationPolicy: z.object({ SecurityHub: hub }),
  Tags: tagsSchema.optional(),
});
const update = create.omit({ Tags: true }).extend({ UpdatedReason: z.string().optional() }).partial();

const policyLimit = 20;

/** @throws where the caller is not the administrator in the home region, or central configuration is off */
export function requireCentral(state: HubState, call: Call): Central {
  hubOf(state, call);
  requireAdministrator(state, call);
  if (!state.central) throw accessDenied("Central configuration is not enabled for the organization");
  if (state.central.home !== call.region)
    throw accessDenied(`Central configuration is managed from the home Region ${state.central.home} only`);
  return state.central;
}

/** @throws ResourceNotFoundException where there is none of that id or ARN */
export function policyOf(central: Central, identifier: string): ConfigurationPolicy {
  const found = central.policies.get(identifier.split("/").at(-1) ?? "");
  if (!found) throw notFound(`Configuration policy ${identifier} not found`);
  return found;
}

/** What accounts under central configuration are given. */
export function configurationPolicyOperations(state: HubState): Operations {
  const settings = (call: Call, given: z.infer<typeof hub>) => {
    const standards = given.EnabledStandardIdentifiers ?? [];
    for (const arn of standards)
      if (standardIn(arn, call.partition, call.region) !== arn)
        throw invalidInput(`Invalid parameter EnabledStandardIdentifiers: ${arn} is no standard in ${call.region}`);
    return { enabled: given.ServiceEnabled, standards, controls: given.SecurityControlsConfiguration };
  };
  const nameTaken = (central: Central, wanted: string, but?: string) =>
    [...central.policies.values()].some((one) => one.name === wanted && one.id !== but);
  return {
    CreateConfigurationPolicy(call) {
      const central = requireCentral(state, call);
      const input = parse(create, call.body, invalidInput);
      const made = settings(call, input.ConfigurationPolicy.SecurityHub);
      if (nameTaken(central, input.Name)) throw conflict(`A configuration policy named ${input.Name} already exists`);
      if (central.policies.size >= policyLimit)
        throw limitExceeded(`An organization has at most ${policyLimit} configuration policies`);
      const id = stableUuid("configuration-policy", call.account, state.nextNumber());
      const now = state.context.now();
      const policy: ConfigurationPolicy = {
        id,
        arn: `arn:${call.partition}:securityhub:${call.region}:${call.account}:configuration-policy/${id}`,
        name: input.Name,
        description: input.Description ?? "",
        ...made,
        tags: input.Tags ?? {},
        createdAt: now,
        updatedAt: now,
      };
      central.policies.set(id, policy);
      return shown(policy);
    },
    GetConfigurationPolicy: (call) => shown(policyOf(requireCentral(state, call), call.params.Identifier ?? "")),
    UpdateConfigurationPolicy(call) {
      const central = requireCentral(state, call);
      const policy = policyOf(central, call.params.Identifier ?? "");
      const input = parse(update, call.body, invalidInput);
      const changed = input.ConfigurationPolicy ? settings(call, input.ConfigurationPolicy.SecurityHub) : {};
      if (input.Name && nameTaken(central, input.Name, policy.id))
        throw conflict(`A configuration policy named ${input.Name} already exists`);
      Object.assign(policy, changed, { updatedAt: state.context.now() });
      policy.name = input.Name ?? policy.name;
      policy.description = input.Description ?? policy.description;
      central.revision++;
      return shown(policy);
    },
    DeleteConfigurationPolicy(call) {
      const central = requireCentral(state, call);
      const policy = policyOf(central, call.params.Identifier ?? "");
      if ([...central.associations.values()].some(({ policyId }) => policyId === policy.id))
        throw conflict(`Configuration policy ${policy.id} is associated with targets: disassociate it from them first`);
      central.policies.delete(policy.id);
      return {};
    },
    ListConfigurationPolicies(call) {
      const { items, nextToken } = page([...requireCentral(state, call).policies.values()], {
        size: integerQuery(call, "MaxResults"),
        token: call.query.get("NextToken"),
        max: 100,
        invalid: invalidInput,
      });
      const ConfigurationPolicySummaries = items.map((policy) => ({
        Arn: policy.arn,
        Id: policy.id,
        Name: policy.name,
        Description: policy.description,
        UpdatedAt: policy.updatedAt.toISOString(),
        ServiceEnabled: policy.enabled,
      }));
      return { ConfigurationPolicySummaries, NextToken: nextToken };
    },
  };
}

const shown = (policy: ConfigurationPolicy) => ({
  Arn: policy.arn,
  Id: policy.id,
  Name: policy.name,
  Description: policy.description,
  CreatedAt: policy.createdAt.toISOString(),
  UpdatedAt: policy.updatedAt.toISOString(),
  ConfigurationPolicy: {
    SecurityHub: {
      ServiceEnabled: policy.enabled,
      EnabledStandardIdentifiers: policy.standards,
      ...(policy.controls ? { SecurityControlsConfiguration: policy.controls } : {}),
    },
  },
});
