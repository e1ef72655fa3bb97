import { z } from "zod";
import { integerQuery, parse, tagsSchema } from "../input";
import { page } from "../page";
import type { Call, Operations } from "../service";
import { stableUuid } from "../store";
import type { AutomationRule } from "./automation-rule";
import { fieldsUpdate } from "./customer-update";
import { accessDenied, invalidInput, limitExceeded } from "./errors";
import { matcher } from "./filters/matcher";
import type { HubState } from "./state";
import { hubOf } from "./visible";

const status = z.enum(["ENABLED", "DISABLED"]);
const text = z.string().regex(/\S/).max(256);
const create = z.object({
  RuleName: text,
  Description: text,
  RuleOrder: z.number().int().min(1).max(1000),
  RuleStatus: status.default("ENABLED"),
  IsTerminal: z.boolean().default(false),
  Criteria: z
    .record(z.string(), z.unknown())
    .refine((one) => Object.keys(one).length > 0, { error: "expected criteria" }),
  Actions: z.array(z.object({ Type: z.literal("FINDING_FIELDS_UPDATE"), FindingFieldsUpdate: fieldsUpdate })).length(1),
  Tags: tagsSchema.optional(),
});
const arns = z.object({ AutomationRulesArns: z.array(z.string()).min(1).max(100) });
const changes = create
  .omit({ Tags: true })
  .extend({ RuleStatus: status, IsTerminal: z.boolean() })
  .partial()
  .extend({ RuleArn: z.string() });
const update = z.object({ UpdateAutomationRulesRequestItems: z.array(changes).min(1).max(100) });

/** Rules of one administrator in one region. */
const ruleLimit = 100;
const missing = (RuleArn: string) => ({ RuleArn, ErrorCode: 404, ErrorMessage: `Rule ${RuleArn} not found` });

/** https://docs.aws.amazon.com/securityhub/latest/userguide/automation-rules.html */
export function automationRuleOperations(state: HubState): Operations {
  const { now } = state.context;
  const compile = (criteria: Record<string, unknown>) => matcher(criteria, now, "rule");
  const rulesOf = (call: Call) => {
    const { rules } = hubOf(state, call);
    if (state.administratorOf(call.account, call.region))
      throw accessDenied("A member account cannot manage automation rules: its administrator does");
    return rules;
  };
  return {
    CreateAutomationRule(call) {
      const rules = rulesOf(call);
      const { Tags, ...input } = parse(create, call.body, invalidInput);
      const meets = compile(input.Criteria);
      if (rules.size >= ruleLimit) throw limitExceeded(`An account has at most ${ruleLimit} automation rules`);
      const id = stableUuid("automation-rule", call.account, call.region, state.nextNumber());
      const RuleArn = `arn:${call.partition}:securityhub:${call.region}:${call.account}:automation-rule/${id}`;
      const at = now();
      const made = { CreatedAt: at, UpdatedAt: at, CreatedBy: call.principal };
      rules.set(RuleArn, { RuleArn, ...input, ...made, tags: Tags ?? {}, meets });
      return { RuleArn };
    },
    BatchGetAutomationRules(call) {
      const rules = rulesOf(call);
      const { AutomationRulesArns } = parse(arns, call.body, invalidInput);
      const found = AutomationRulesArns.flatMap((arn) => rules.get(arn) ?? []);
      return {
        Rules: found.map((rule) => ({ ...metadata(rule), Criteria: rule.Criteria, Actions: rule.Actions })),
        UnprocessedAutomationRules: AutomationRulesArns.filter((arn) => !rules.has(arn)).map(missing),
      };
    },
    BatchUpdateAutomationRules(call) {
      const rules = rulesOf(call);
      const { UpdateAutomationRulesRequestItems: items } = parse(update, call.body, invalidInput);
      const compiled = items.map(({ Criteria }) => (Criteria ? compile(Criteria) : undefined));
      const ProcessedAutomationRules: string[] = [];
      const UnprocessedAutomationRules: object[] = [];
      items.forEach(({ RuleArn, ...change }, index) => {
        const rule = rules.get(RuleArn);
        if (!rule) return UnprocessedAutomationRules.push(missing(RuleArn));
        Object.assign(rule, change, { UpdatedAt: now() }, compiled[index] ? { meets: compiled[index] } : {});
        return ProcessedAutomationRules.push(RuleArn);
      });
      return { ProcessedAutomationRules, UnprocessedAutomationRules };
    },
    BatchDeleteAutomationRules(call) {
      const rules = rulesOf(call);
      const { AutomationRulesArns } = parse(arns, call.body, invalidInput);
      const gone = AutomationRulesArns.filter((arn) => rules.delete(arn));
      const UnprocessedAutomationRules = AutomationRulesArns.filter((arn) => !gone.includes(arn)).map(missing);
      return { ProcessedAutomationRules: gone, UnprocessedAutomationRules };
    },
    ListAutomationRules(call) {
      const all = [...rulesOf(call).values()].sort((a, b) => a.RuleOrder - b.RuleOrder);
      const { items, nextToken } = page(all, {
        size: integerQuery(call, "MaxResults"),
        token: call.query.get("NextToken"),
        max: 100,
        invalid: invalidInput,
      });
      return { AutomationRulesMetadata: items.map(metadata), NextToken: nextToken };
    },
  };
}

const metadata = ({ RuleArn, RuleStatus, RuleOrder, RuleName, Description, IsTerminal, ...made }: AutomationRule) => ({
  RuleArn,
  RuleStatus,
  RuleOrder,
  RuleName,
  Description,
  IsTerminal,
  CreatedAt: made.CreatedAt.toISOString(),
  UpdatedAt: made.UpdatedAt.toISOString(),
  CreatedBy: made.CreatedBy,
});
