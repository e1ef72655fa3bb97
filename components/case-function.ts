import type * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "./policy-document";
import { ResponseFunction } from "./response-function";
import type { FunctionSurroundings } from "./response-function";
import { serializeHandler } from "./serialize-handler";
import type { Handler } from "./serialize-handler";

export interface CaseFunctionArgs {
  /** camelCase; part of the names of function and role. */
  functionName: string;
  description: string;
  /** Makes the handler; a function of a module, so that stacks of one process serialize it once. */
  handler: () => Handler;
  surroundings: FunctionSurroundings;
  statements: pulumi.Input<PolicyStatement[]>;
  /** Executions kept for it, which it also cannot exceed. @default 0, for none */
  reservedConcurrency?: number;
}

/** What every playbook ends with: telling people, paging one of them, closing the case. */
export class CaseFunction extends ResponseFunction {
  constructor(name: string, args: CaseFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "firebreak:index:CaseFunction",
      name,
      {
        surroundings: args.surroundings,
        functionName: args.functionName,
        description: args.description,
        code: serializeHandler(args.handler, args.handler),
        statements: args.statements,
        timeoutSeconds: 60, // as long as the state machine waits
        memoryMb: 512,
        reservedConcurrency: args.reservedConcurrency ?? 0,
      },
      opts,
    );
  }
}
