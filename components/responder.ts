import type * as pulumi from "@pulumi/pulumi";
import type { AnyAction } from "../functions/shared/action";
import { responderHandler } from "../functions/shared/responder";
import type { PolicyStatement } from "./policy-document";
import { ResponseFunction } from "./response-function";
import type { FunctionSurroundings } from "./response-function";
import { serializeHandler } from "./serialize-handler";

export interface ResponderArgs {
  action: AnyAction;
  surroundings: FunctionSurroundings;
  /** What every responder may do in the master account: cases, vault, its member roles. */
  statements: pulumi.Input<PolicyStatement[]>;
  /** The longest a playbook gives this action. */
  timeoutSeconds: number;
  reservedConcurrency: number;
}

/** The function that runs one action, with a role of its own. */
export class Responder extends ResponseFunction {
  constructor(name: string, args: ResponderArgs, opts?: pulumi.ComponentResourceOptions) {
    const { action } = args;
    super(
      "firebreak:index:Responder",
      name,
      {
        surroundings: args.surroundings,
        functionName: action.name,
        description: action.summary,
        code: serializeHandler(action, () => responderHandler(action)),
        statements: args.statements,
        timeoutSeconds: args.timeoutSeconds,
        memoryMb: 512,
        reservedConcurrency: args.reservedConcurrency,
      },
      opts,
    );
  }
}
