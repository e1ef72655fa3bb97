import { z } from "zod";
import { integerQuery, parse } from "../input";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { stableUuid } from "../store";
import { invalidInput, notFound } from "./errors";
import type { Aggregator, HubState } from "./state";
import { hubOf } from "./visible";

const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "expected a Region");
const settings = z
  .object({
    RegionLinkingMode: z.enum(["ALL_REGIONS", "ALL_REGIONS_EXCEPT_SPECIFIED", "SPECIFIED_REGIONS", "NO_REGIONS"]),
    Regions: z.array(region).optional(),
  })
  .refine(({ RegionLinkingMode: mode, Regions = [] }) => mode.includes("SPECIFIED") === Regions.length > 0, {
    path: ["Regions"],
    error: "expected Regions with SPECIFIED_REGIONS and ALL_REGIONS_EXCEPT_SPECIFIED, and only with these",
  });

/** One aggregator an account, in its home region, seen from every region. */
export function aggregatorOperations(state: HubState): Operations {
  const shown = (one: Aggregator) => ({
    FindingAggregatorArn: one.arn,
    FindingAggregationRegion: one.home,
    RegionLinkingMode: one.mode,
    Regions: one.regions,
  });
  const find = (call: Call, arn: string): Aggregator => {
    hubOf(state, call);
    const found = state.aggregators.get(call.account);
    if (found?.arn !== arn) throw notFound(`Finding aggregator ${arn} not found`);
    return found;
  };
  const atHome = (call: Call, arn: string): Aggregator => {
    const found = find(call, arn);
    if (found.home !== call.region)
      throw invalidInput(`This operation is allowed in the home Region ${found.home} of the finding aggregator only`);
    return found;
  };
  const checked = (call: Call, body: unknown) => {
    const { RegionLinkingMode: mode, Regions: regions = [] } = parse(settings, body, invalidInput);
    if (regions.includes(call.region))
      throw invalidInput(`Invalid parameter Regions: ${call.region} is the home Region`);
    return { mode, regions: [...new Set(regions)].sort() };
  };
  return {
    CreateFindingAggregator(call) {
      hubOf(state, call);
      const input = checked(call, call.body);
      if (state.administratorOf(call.account, call.region))
        throw invalidInput("A finding aggregator cannot be created by a member account.");
      if (state.aggregators.has(call.account)) throw invalidInput("The account has a finding aggregator already.");
      const arn = `arn:${call.partition}:securityhub:${call.region}:${call.account}:finding-aggregator/${stableUuid("aggregator", call.account, state.nextNumber())}`;
      const made: Aggregator = { arn, home: call.region, ...input };
      state.aggregators.set(call.account, made);
      return shown(made);
    },
    UpdateFindingAggregator(call) {
      const found = atHome(call, String(call.body.FindingAggregatorArn ?? ""));
      Object.assign(found, checked(call, call.body));
      if (state.central) state.central.revision++;
      return shown(found);
    },
    DeleteFindingAggregator(call) {
      atHome(call, call.params.FindingAggregatorArn ?? "");
      if (state.central?.administrator === call.account)
        throw invalidInput(
          "The finding aggregator is in use by central configuration: change to local configuration first.",
        );
      state.aggregators.delete(call.account);
      return {};
    },
    GetFindingAggregator: (call) => shown(find(call, call.params.FindingAggregatorArn ?? "")),
    ListFindingAggregators(call) {
      hubOf(state, call);
      const own = state.aggregators.get(call.account);
      const { items, nextToken } = page(own ? [own] : [], {
        size: integerQuery(call, "MaxResults"),
        token: call.query.get("NextToken"),
        max: 100,
        invalid: invalidInput,
      });
      return { FindingAggregators: items.map(({ arn }) => ({ FindingAggregatorArn: arn })), NextToken: nextToken };
    },
  };
}
