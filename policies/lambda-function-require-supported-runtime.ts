import type { ResourceValidationPolicy } from "@pulumi/policy";
import { types } from "./aws-types";

/** A runtime past its end can neither be updated nor, later, run. */
export const lambdaFunctionRequireSupportedRuntime: ResourceValidationPolicy = {
  name: "lambda-function-require-supported-runtime",
  description: "Functions run on a supported runtime.",
  enforcementLevel: "mandatory",
  severity: "high",
  configSchema: {
    properties: {
      // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
      runtimes: { type: "array", items: { type: "string" }, default: ["nodejs22.x", "nodejs24.x"] },
    },
  },
  validateResource: ({ type, props, getConfig }, report) => {
    if (type !== types.function) return;
    const { runtimes } = getConfig<{ runtimes: string[] }>();
    if (runtimes.includes(props.runtime)) return;
    report(`The function runs on ${props.runtime ?? "no named runtime"}: set runtime to ${runtimes.join(" or ")}.`);
  },
};
