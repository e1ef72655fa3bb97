import { z } from "zod";
import { parse, tagsSchema } from "../input";
import type { Call, Operations } from "../service";
import { badRequest, notOwned } from "./errors";
import type { GuardDutyState } from "./state";

/** AWS takes at most so many tags on one resource. */
const tagLimit = 50;

/** Tags of detectors and publishing destinations. */
export function tagOperations(state: GuardDutyState): Operations {
  const tagged = (call: Call): { tags: Record<string, string> } => {
    const [, , , region, account, resource = ""] = (call.params.ResourceArn ?? "").split(":");
    const [kind, id, part, partId = ""] = resource.split("/");
    const own = state.regions.of(call.account, call.region);
    if (
      account !== call.account ||
      region !== call.region ||
      kind !== "detector" ||
      !own.detector ||
      own.detector.id !== id
    )
      throw notOwned();
    if (!part) return own.detector;
    const destination = part === "publishingDestination" ? own.destinations.get(partId) : undefined;
    if (!destination) throw badRequest(`The request is rejected because ${call.params.ResourceArn} does not exist.`);
    return destination;
  };
  return {
    ListTagsForResource: (call) => ({ tags: tagged(call).tags }),
    TagResource(call) {
      const one = tagged(call);
      const tags = { ...one.tags, ...parse(z.object({ tags: tagsSchema }), call.body, badRequest).tags };
      if (Object.keys(tags).length > tagLimit)
        throw badRequest(`The request is rejected because a resource has at most ${tagLimit} tags.`);
      one.tags = tags;
      return {};
    },
    UntagResource(call) {
      const one = tagged(call);
      const gone = new Set(call.query.getAll("tagKeys"));
      one.tags = Object.fromEntries(Object.entries(one.tags).filter(([key]) => !gone.has(key)));
      return {};
    },
  };
}
