import { SecurityHub, paginateListEnabledProductsForImport } from "@aws-sdk/client-securityhub";
import type { ControlFindingGenerator } from "@aws-sdk/client-securityhub";
import type { AccountArgs, AccountState } from "@pulumi/aws/securityhub/account";
import type { ActionTargetArgs, ActionTargetState } from "@pulumi/aws/securityhub/actionTarget";
import type { InsightArgs, InsightState } from "@pulumi/aws/securityhub/insight";
import type { ProductSubscriptionArgs, ProductSubscriptionState } from "@pulumi/aws/securityhub/productSubscription";
import type { Unwrap } from "@pulumi/pulumi";
import { hasCode, unlessGone } from "../support/errors";
import { defineResource } from "./definition";
import { fromFilters, toFilters, unknownFilters } from "./securityhub-filters";

/** Security Hub answers so where it is off: what was in it is gone with it. */
const off = ["InvalidAccess", "ResourceNotFound"];

/** `aws.securityhub.Account`: Security Hub in one account and region. Its id is the account's. */
const account = defineResource<AccountArgs, AccountState>({
  token: "aws:securityhub/account:Account",
  properties: {
    autoEnableControls: { default: true },
    enableDefaultStandards: { default: true, replace: true, writeOnly: true },
    controlFindingGenerator: { oneOf: ["SECURITY_CONTROL", "STANDARD_CONTROL"] },
  },
  deleteBeforeReplace: true,
  async create(aws, { enableDefaultStandards, controlFindingGenerator }) {
    await aws.client(SecurityHub).enableSecurityHub({
      EnableDefaultStandards: enableDefaultStandards ?? true,
      ControlFindingGenerator: controlFindingGenerator as ControlFindingGenerator | undefined,
    });
    return aws.accountId;
  },
  async settle(aws, _id, { autoEnableControls }) {
    // It is on when the hub is made.
    if (autoEnableControls === false)
      await aws.client(SecurityHub).updateSecurityHubConfiguration({ AutoEnableControls: false });
  },
  async read(aws) {
    const found = await unlessGone(aws.client(SecurityHub).describeHub({}), ...off);
    return (
      found && {
        arn: found.HubArn,
        autoEnableControls: found.AutoEnableControls,
        controlFindingGenerator: found.ControlFindingGenerator,
      }
    );
  },
  update: (aws, _id, { news }) =>
    aws.client(SecurityHub).updateSecurityHubConfiguration({
      AutoEnableControls: news.autoEnableControls,
      ControlFindingGenerator: news.controlFindingGenerator as ControlFindingGenerator | undefined,
    }),
  delete: (aws) => unlessGone(aws.client(SecurityHub).disableSecurityHub({}), ...off),
});

/** `aws.securityhub.ActionTarget`: a custom action. */
const actionTarget = defineResource<ActionTargetArgs, ActionTargetState>({
  token: "aws:securityhub/actionTarget:ActionTarget",
  name: { maxLength: 20 },
  properties: {
    name: { maxLength: 20 },
    identifier: { replace: true, pattern: /^[a-zA-Z0-9]{1,20}$/ },
    description: { maxLength: 500 },
  },
  async create(aws, { name, identifier, description }) {
    const made = await aws
      .client(SecurityHub)
      .createActionTarget({ Name: name, Id: identifier, Description: description });
    return made.ActionTargetArn ?? "";
  },
  async read(aws, id) {
    const work = aws.client(SecurityHub).describeActionTargets({ ActionTargetArns: [id] });
    const found = (await unlessGone(work, ...off))?.ActionTargets?.[0];
    return found && { arn: id, identifier: id.split("/").at(-1), name: found.Name, description: found.Description };
  },
  update: (aws, id, { news }) =>
    aws.client(SecurityHub).updateActionTarget({ ActionTargetArn: id, Name: news.name, Description: news.description }),
  delete: (aws, id) => unlessGone(aws.client(SecurityHub).deleteActionTarget({ ActionTargetArn: id }), ...off),
});

/** `aws.securityhub.Insight`. */
const insight = defineResource<InsightArgs, InsightState>({
  token: "aws:securityhub/insight:Insight",
  name: { maxLength: 128 },
  properties: { name: { maxLength: 128 } },
  supports: ["filters", "groupByAttribute"],
  check: ({ filters }) => unknownFilters(filters),
  async create(aws, inputs) {
    return (await aws.client(SecurityHub).createInsight(insightOf(inputs))).InsightArn ?? "";
  },
  async read(aws, id) {
    const work = aws.client(SecurityHub).getInsights({ InsightArns: [id] });
    const found = (await unlessGone(work, ...off))?.Insights?.[0];
    return (
      found && {
        arn: id,
        name: found.Name,
        groupByAttribute: found.GroupByAttribute,
        filters: fromFilters(found.Filters),
      }
    );
  },
  update: (aws, id, { news }) => aws.client(SecurityHub).updateInsight({ InsightArn: id, ...insightOf(news) }),
  delete: (aws, id) => unlessGone(aws.client(SecurityHub).deleteInsight({ InsightArn: id }), ...off),
});

function insightOf({ name, filters, groupByAttribute }: Unwrap<InsightArgs>) {
  return { Name: name ?? "", Filters: toFilters(filters), GroupByAttribute: groupByAttribute };
}

/** `aws.securityhub.ProductSubscription`, `<product ARN>,<subscription ARN>`. */
const productSubscription = defineResource<ProductSubscriptionArgs, ProductSubscriptionState>({
  token: "aws:securityhub/productSubscription:ProductSubscription",
  properties: { productArn: { replace: true, pattern: /^arn:[^:]+:securityhub:[^:]*:[^:]*:product\/.+$/ } },
  async create(aws, { productArn }) {
    const made = await aws.client(SecurityHub).enableImportFindingsForProduct({ ProductArn: productArn });
    return `${productArn},${made.ProductSubscriptionArn ?? ""}`;
  },
  async read(aws, id) {
    const [productArn, arn] = id.split(",");
    try {
      const pages = paginateListEnabledProductsForImport({ client: aws.client(SecurityHub) }, {});
      for await (const { ProductSubscriptions = [] } of pages)
        if (arn && ProductSubscriptions.includes(arn)) return { productArn, arn };
    } catch (error) {
      if (!hasCode(error, ...off)) throw error;
    }
    return undefined;
  },
  delete: (aws, id) =>
    unlessGone(
      aws.client(SecurityHub).disableImportFindingsForProduct({ ProductSubscriptionArn: id.split(",")[1] }),
      ...off,
    ),
});

export const resources = [account, actionTarget, insight, productSubscription];
