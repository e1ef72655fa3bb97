import { z } from "zod";
import { parse, integerQuery, tagsSchema } from "../input";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { badRequest, notOwned } from "./errors";
import { asked, change, detectorFeatures, shownDataSources, shownFeatures, type Status } from "./features";
import type { Detector, GuardDutyState } from "./state";

const frequency = z.enum(["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"]);
const noDataSources = z.undefined("dataSources is the older form and not served here; use features").optional();
const createInput = z.object({
  enable: z.boolean(),
  clientToken: z.string().max(64).optional(),
  findingPublishingFrequency: frequency.optional(),
  dataSources: noDataSources,
  features: detectorFeatures.optional(),
  tags: tagsSchema.optional(),
});
const updateInput = createInput.omit({ clientToken: true, tags: true }).partial();

/** @throws BadRequestException where the detector of the path is not the caller's */
export function ownDetector(state: GuardDutyState, call: Call): Detector {
  const { detector } = state.regions.of(call.account, call.region);
  if (!detector || detector.id !== call.params.DetectorId) throw notOwned();
  return detector;
}

/** Detectors: one an account and region. */
export function detectorOperations(state: GuardDutyState): Operations {
  return {
    CreateDetector(call) {
      const input = parse(createInput, call.body, badRequest);
      if (state.regions.of(call.account, call.region).detector)
        throw badRequest("The request is rejected because a detector already exists for the current account.");
      const wanted = asked<Status>(input.features ?? [], "status");
      const detector = state.makeDetector(call.account, call.region);
      try {
        change(detector.features, wanted, state.context.now());
      } catch (error) {
        delete state.regions.of(call.account, call.region).detector;
        throw error;
      }
      detector.enabled = input.enable;
      detector.frequency = input.findingPublishingFrequency ?? detector.frequency;
      detector.tags = input.tags ?? {};
      return { detectorId: detector.id };
    },
    GetDetector(call) {
      const detector = ownDetector(state, call);
      return {
        createdAt: detector.createdAt.toISOString(),
        updatedAt: detector.updatedAt.toISOString(),
        findingPublishingFrequency: detector.frequency,
        serviceRole: `arn:${call.partition}:iam::${call.account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
        status: detector.enabled ? "ENABLED" : "DISABLED",
        dataSources: shownDataSources(detector.features),
        features: shownFeatures(detector.features, detector.createdAt),
        tags: detector.tags,
      };
    },
    ListDetectors(call) {
      const { detector } = state.regions.of(call.account, call.region);
      const { items, nextToken } = page(detector ? [detector.id] : [], {
        size: integerQuery(call, "maxResults"),
        token: call.query.get("nextToken"),
        max: 50,
        invalid: badRequest,
      });
      return { detectorIds: items, nextToken };
    },
    UpdateDetector(call) {
      const detector = ownDetector(state, call);
      const input = parse(updateInput, call.body, badRequest);
      if (state.administratorOf(call.account, call.region))
        throw badRequest(
          "The request is rejected because the current account is a member account: its administrator manages the detector.",
        );
      const now = state.context.now();
      change(detector.features, asked<Status>(input.features ?? [], "status"), now);
      detector.enabled = input.enable ?? detector.enabled;
      detector.frequency = input.findingPublishingFrequency ?? detector.frequency;
      detector.updatedAt = now;
      return {};
    },
    DeleteDetector(call) {
      ownDetector(state, call);
      const own = state.regions.of(call.account, call.region);
      if ([...own.members.values()].some(({ status }) => status !== "Removed"))
        throw badRequest(
          "The request is rejected because the current account cannot delete detector while it has invited or associated members.",
        );
      if (state.administrators.get(call.region) === call.account)
        throw badRequest(
          "The request is rejected because the current account cannot delete detector while it is the delegated administrator of the organization.",
        );
      if (state.administratorOf(call.account, call.region))
        throw badRequest(
          "The request is rejected because the current account cannot delete detector while it is a member of an administrator account.",
        );
      delete own.detector;
      own.members.clear();
      own.destinations.clear();
      own.findings.clear();
      return {};
    },
  };
}
