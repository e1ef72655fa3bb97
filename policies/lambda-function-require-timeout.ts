import type { ResourceValidationPolicy } from "@pulumi/policy";
import { types } from "./aws-types";

/** Lambda's own default of three seconds cuts a response off in the middle. */
export const lambdaFunctionRequireTimeout: ResourceValidationPolicy = {
  name: "lambda-function-require-timeout",
  description: "Functions say how long they may take.",
  enforcementLevel: "mandatory",
  severity: "medium",
  configSchema: {
    properties: {
      minimumSeconds: { type: "number", default: 10, minimum: 1 },
      maximumSeconds: { type: "number", default: 900, maximum: 900 },
    },
  },
  validateResource: ({ type, props, getConfig }, report) => {
    if (type !== types.function) return;
    const { minimumSeconds, maximumSeconds } = getConfig<{ minimumSeconds: number; maximumSeconds: number }>();
    const mend = `set timeout to ${minimumSeconds} to ${maximumSeconds} seconds.`;
    if (props.timeout === undefined) report(`The function has Lambda's default timeout of 3 seconds: ${mend}`);
    else if (props.timeout < minimumSeconds || props.timeout > maximumSeconds) {
      report(`The function's timeout is ${props.timeout} seconds: ${mend}`);
    }
  },
};
