import type { StackValidationPolicy } from "@pulumi/policy";
import { types } from "./aws-types";

/** Without a log group of the program's own, Lambda makes one that keeps everything for ever, under AWS's key. */
export const lambdaFunctionRequireLogRetention: StackValidationPolicy = {
  name: "lambda-function-require-log-retention",
  description: "Functions log to a group of the same stack that has a retention.",
  enforcementLevel: "mandatory",
  severity: "medium",
  configSchema: {
    properties: {
      minimumDays: { type: "number", default: 30, minimum: 1 },
    },
  },
  validateStack: ({ resources, getConfig }, report) => {
    const { minimumDays } = getConfig<{ minimumDays: number }>();
    const groups = resources.filter(({ type }) => type === types.logGroup);
    for (const { type, props, urn, propertyDependencies } of resources) {
      if (type !== types.function) continue;
      const referred = (propertyDependencies.loggingConfig ?? []).map((target) => target.urn);
      const group = groups.find((one) => referred.includes(one.urn) || one.props.name === `/aws/lambda/${props.name}`);
      if (!group) {
        report("The function's log is kept for ever: make its LogGroup and name it in loggingConfig.", urn);
        continue;
      }
      const days: number | undefined = group.props.retentionInDays;
      if (days === undefined || days === 0) {
        report(`The function's log is kept for ever: set retentionInDays to at least ${minimumDays}.`, urn);
      } else if (days < minimumDays) {
        report(`The function's log is kept for ${days} days: set retentionInDays to at least ${minimumDays}.`, urn);
      }
    }
  },
};
