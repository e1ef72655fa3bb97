import { messageOf, namedError } from "./errors";

/** What of an SDK client is needed here: every v3 client has it. */
interface MiddlewareHost {
  middlewareStack: {
    add(middleware: unknown, options: { step: "initialize"; name: string; override: boolean }): void;
  };
}

type Next = (args: unknown) => Promise<unknown>;

const refusals = [
  "AccessDenied",
  "AccessDeniedException",
  "UnauthorizedOperation",
  "AuthorizationErrorException",
  "AuthorizationError",
];

/**
 * Makes a client say which call was refused: an error for lack of permission becomes `AccessDenied`, naming the
 * account, the role and the API call, whatever words the service itself uses.
 */
export function named<C>(client: C, who: { role: string; account: string; region: string }): C {
  (client as unknown as MiddlewareHost).middlewareStack.add(
    (next: Next, context: { clientName?: string; commandName?: string }) => async (args: unknown) => {
      try {
        return await next(args);
      } catch (error) {
        if (!(error instanceof Error) || !refusals.includes(error.name)) throw error;
        const service = (context.clientName ?? "").replace(/Client$/, "");
        const call = (context.commandName ?? "").replace(/Command$/, "");
        throw namedError(
          "AccessDenied",
          `${who.role} in account ${who.account} (${who.region}) may not call ${service}:${call}: ${messageOf(error)}`,
        );
      }
    },
    { step: "initialize", name: "firebreakNamedCalls", override: true },
  );
  return client;
}
