import { z } from "zod";
import { parse } from "../input";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { stableUuid } from "../store";
import { invalidInput, limitExceeded, notFound } from "./errors";
import { filterFields, valuesAt } from "./filters/fields";
import { matcher } from "./filters/matcher";
import type { HubState, Insight } from "./state";
import { hubOf, visibleFindings } from "./visible";

const filters = z.record(z.string(), z.unknown());
const group = z.string().refine((name) => ["string", "boolean"].includes(filterFields.get(name)?.kind ?? ""), {
  error: "expected an attribute that findings can be grouped by",
});
const create = z.object({ Name: z.string().regex(/\S/).max(256), Filters: filters, GroupByAttribute: group });
const update = create.partial();
const get = z.object({
  InsightArns: z.array(z.string()).max(100).optional(),
  MaxResults: z.number().int().optional(),
  NextToken: z.string().nullish(),
});

/** Custom insights of one account and region, and values that a result has. */
const insightLimit = 100;
const valueLimit = 100;

/** https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-insights.html */
export function insightOperations(state: HubState): Operations {
  const { now } = state.context;
  const one = (call: Call): Insight => {
    const found = hubOf(state, call).insights.get(call.params.InsightArn ?? "");
    if (!found) throw notFound(`Insight ${call.params.InsightArn} not found`);
    return found;
  };
  return {
    CreateInsight(call) {
      const hub = hubOf(state, call);
      const input = parse(create, call.body, invalidInput);
      matcher(input.Filters, now);
      if (hub.insights.size >= insightLimit)
        throw limitExceeded(`An account has at most ${insightLimit} custom insights`);
      const id = stableUuid("insight", call.account, call.region, state.nextNumber());
      const InsightArn = `arn:${call.partition}:securityhub:${call.region}:${call.account}:insight/${call.account}/custom/${id}`;
      hub.insights.set(InsightArn, { InsightArn, ...input });
      return { InsightArn };
    },
    UpdateInsight(call) {
      const insight = one(call);
      const input = parse(update, call.body, invalidInput);
      if (input.Filters) matcher(input.Filters, now);
      Object.assign(insight, input);
      return {};
    },
    DeleteInsight(call) {
      const { InsightArn } = one(call);
      hubOf(state, call).insights.delete(InsightArn);
      return { InsightArn };
    },
    GetInsights(call) {
      const hub = hubOf(state, call);
      const { InsightArns, MaxResults, NextToken } = parse(get, call.body, invalidInput);
      const named = InsightArns?.map((arn) => {
        const found = hub.insights.get(arn);
        if (!found) throw notFound(`Insight ${arn} not found`);
        return found;
      });
      const { items, nextToken } = page(named ?? [...hub.insights.values()], {
        size: MaxResults,
        token: NextToken,
        max: 100,
        of: InsightArns,
        invalid: invalidInput,
      });
      return { Insights: items, NextToken: nextToken };
    },
    GetInsightResults(call) {
      const { InsightArn, Filters, GroupByAttribute } = one(call);
      const path = filterFields.get(GroupByAttribute)?.path ?? GroupByAttribute;
      const counts = new Map<string, number>();
      for (const finding of visibleFindings(state, call).filter(matcher(Filters, now)))
        for (const value of new Set(valuesAt(finding, path).map(String)))
          counts.set(value, (counts.get(value) ?? 0) + 1);
      const ResultValues = [...counts]
        .map(([GroupByAttributeValue, Count]) => ({ GroupByAttributeValue, Count }))
        .sort((a, b) => b.Count - a.Count || a.GroupByAttributeValue.localeCompare(b.GroupByAttributeValue))
        .slice(0, valueLimit);
      return { InsightResults: { InsightArn, GroupByAttribute, ResultValues } };
    },
  };
}
