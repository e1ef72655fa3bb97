import { z } from "zod";
import { parse, tagsSchema } from "../input";
import type { Call, Operations } from "../service";
import { invalidInput, notFound } from "./errors";
import type { HubState } from "./state";

/** AWS takes at most so many tags on one resource. */
const tagLimit = 50;

/** Tags of hubs, configuration policies and automation rules. */
export function tagOperations(state: HubState): Operations {
  const tagged = (call: Call): { tags: Record<string, string> } => {
    const arn = call.params.ResourceArn ?? "";
    const { hub } = state.regions.of(call.account, call.region);
    const policies = state.central?.administrator === call.account ? [...state.central.policies.values()] : [];
    const found = hub?.arn === arn ? hub : (hub?.rules.get(arn) ?? policies.find((policy) => policy.arn === arn));
    if (!found) throw notFound(`Resource ${arn} not found`);
    return found;
  };
  return {
    ListTagsForResource: (call) => ({ Tags: tagged(call).tags }),
    TagResource(call) {
      const one = tagged(call);
      const tags = { ...one.tags, ...parse(z.object({ Tags: tagsSchema }), call.body, invalidInput).Tags };
      if (Object.keys(tags).length > tagLimit) throw invalidInput(`A resource has at most ${tagLimit} tags`);
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
