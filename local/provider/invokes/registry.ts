import type { InvokeDefinition } from "./definition";
import { ec2Invokes } from "./ec2";
import { guardDutyInvokes } from "./guardduty";
import { iamInvokes } from "./iam";
import { indexInvokes } from "./identity";
import { organizationsInvokes } from "./organizations";

const invokes = new Map<string, InvokeDefinition>(
  [...indexInvokes, ...organizationsInvokes, ...iamInvokes, ...ec2Invokes, ...guardDutyInvokes].map((invoke) => [
    invoke.token,
    invoke,
  ]),
);

/** Every implemented function. */
export const implementedInvokes: readonly string[] = [...invokes.keys()].sort();

/** @throws Error naming the token, and the folder to extend, where there is none */
export function invokeDefinition(token: string): InvokeDefinition {
  const definition = invokes.get(token);
  if (definition) return definition;
  throw new Error(`The local provider does not know the function ${token}. Add it to local/provider/invokes/.`);
}
