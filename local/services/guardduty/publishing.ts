import { z } from "zod";
import { integerQuery, parse, tagsSchema } from "../input";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { stableId } from "../store";
import { ownDetector } from "./detectors";
import { badRequest } from "./errors";
import type { Destination, GuardDutyState } from "./state";

const properties = z.object({
  destinationArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{2,62}(\/.*)?$/, "expected the ARN of an S3 bucket"),
  kmsKeyArn: z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "expected the ARN of a KMS key"),
});
const createInput = z.object({
  destinationType: z.literal("S3"),
  destinationProperties: properties,
  clientToken: z.string().max(64).optional(),
  tags: tagsSchema.optional(),
});
const updateInput = z.object({ destinationProperties: properties.partial().optional() });

/** Where findings are exported to: one S3 destination a detector, set by the administrator for its members too. */
export function publishingOperations(state: GuardDutyState): Operations {
  const destinationsOf = (call: Call) => {
    ownDetector(state, call);
    if (call.method !== "GET" && state.administratorOf(call.account, call.region))
      throw badRequest(
        "The request is rejected because the current account is a member account: its administrator exports the findings.",
      );
    return state.regions.of(call.account, call.region).destinations;
  };
  const one = (call: Call): Destination => {
    const found = destinationsOf(call).get(call.params.DestinationId ?? "");
    if (!found) throw badRequest("The request is rejected because the input destinationId does not exist.");
    return found;
  };
  return {
    CreatePublishingDestination(call) {
      const destinations = destinationsOf(call);
      const input = parse(createInput, call.body, badRequest);
      if (destinations.size > 0)
        throw badRequest(
          "The request is rejected because a publishing destination already exists for the destination type.",
        );
      const id = stableId("destination", call.params.DetectorId ?? "", input.destinationProperties.destinationArn);
      destinations.set(id, { id, type: "S3", ...input.destinationProperties, tags: input.tags ?? {} });
      return { destinationId: id };
    },
    DescribePublishingDestination(call) {
      const { id, type, destinationArn, kmsKeyArn, tags } = one(call);
      return {
        destinationId: id,
        destinationType: type,
        status: "PUBLISHING",
        publishingFailureStartTimestamp: 0,
        destinationProperties: { destinationArn, kmsKeyArn },
        tags,
      };
    },
    ListPublishingDestinations(call) {
      const { items, nextToken } = page([...destinationsOf(call).values()], {
        size: integerQuery(call, "maxResults"),
        token: call.query.get("nextToken"),
        max: 50,
        invalid: badRequest,
      });
      const destinations = items.map(({ id, type }) => ({
        destinationId: id,
        destinationType: type,
        status: "PUBLISHING",
      }));
      return { destinations, nextToken };
    },
    UpdatePublishingDestination(call) {
      const destination = one(call);
      Object.assign(destination, parse(updateInput, call.body, badRequest).destinationProperties);
      return {};
    },
    DeletePublishingDestination(call) {
      destinationsOf(call).delete(one(call).id);
      return {};
    },
  };
}
