import { z } from "zod";
import { parse } from "../input";
import type { Call, Operations } from "../service";
import { ownDetector } from "./detectors";
import { applyToMembers, reconcile } from "./enrolment";
import { badRequest } from "./errors";
import { asked, change, organizationFeatures, shownOrganization, type AutoEnable } from "./features";
import type { GuardDutyState, OrganizationConfiguration } from "./state";

const input = z.object({
  autoEnable: z.boolean().optional(),
  autoEnableOrganizationMembers: z.enum(["ALL", "NEW", "NONE"]).optional(),
  dataSources: z.undefined("dataSources is the older form and not served here; use features").optional(),
  features: organizationFeatures.optional(),
});

/** @throws BadRequestException where the caller is not the region's delegated administrator */
export function administrated(state: GuardDutyState, call: Call): OrganizationConfiguration {
  ownDetector(state, call);
  const { organization } = state.regions.of(call.account, call.region);
  if (!organization)
    throw badRequest(
      "The request is rejected because the current account is not the GuardDuty delegated administrator of the organization.",
    );
  return organization;
}

/** What the administrator sets for all members of a region at once. */
export function organizationOperations(state: GuardDutyState): Operations {
  return {
    DescribeOrganizationConfiguration(call) {
      const { members, features } = administrated(state, call);
      return {
        autoEnable: members !== "NONE",
        autoEnableOrganizationMembers: members,
        memberAccountLimitReached: false,
        features: shownOrganization(features),
      };
    },
    async UpdateOrganizationConfiguration(call) {
      const organization = administrated(state, call);
      const { autoEnable, autoEnableOrganizationMembers, features = [] } = parse(input, call.body, badRequest);
      if ((autoEnable === undefined) === (autoEnableOrganizationMembers === undefined))
        throw badRequest(
          "The request is rejected because either autoEnableOrganizationMembers or autoEnable must be given, but not both.",
        );
      change(organization.features, asked<AutoEnable>(features, "autoEnable"), state.context.now());
      organization.members = autoEnableOrganizationMembers ?? (autoEnable ? "NEW" : "NONE");
      await reconcile(state, call.region);
      applyToMembers(state, call.region, organization.features);
      return {};
    },
  };
}
