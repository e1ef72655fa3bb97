import { Agent } from "node:http";
import type { AwsCredentialIdentity } from "@smithy/types";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { rememberCall } from "../support/errors";
import { operationSignal } from "../support/operation";

/** What every client of one provider instance is made from. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentialIdentity>;
  readonly handler: NodeHttpHandler;
}

/** The part of an SDK client that is needed to make and end one. */
export interface SdkClient {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<unknown>,
        context: { clientName?: string; commandName?: string },
      ) => (args: never) => Promise<unknown>,
      options: { step: "initialize"; name: string },
    ): void;
  };
  destroy(): void;
}

/** How an SDK client class is constructed; commands are methods of the aggregated clients (`SQS`, not `SQSClient`). */
export type SdkClientClass<T extends SdkClient> = new (settings: ReturnType<typeof clientSettings>) => T;

/** Constructor arguments for any SDK client. */
export function clientSettings({ endpoint, region, credentials, handler }: ClientSettings) {
  return {
    endpoint,
    region,
    credentials,
    requestHandler: handler,
    forcePathStyle: true, // bucket names are no host names on 127.0.0.1
    maxAttempts: 3,
  };
}

/** Kept-alive connections to the emulator, shared by all clients; each request ends with the operation it belongs to. */
export function cancellableHandler(): NodeHttpHandler {
  const handler = new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 50 }) });
  const handle = handler.handle.bind(handler);
  handler.handle = (request, options) => handle(request, { ...options, abortSignal: operationSignal() });
  return handler;
}

/** Makes a client whose errors remember the call they came from. */
export function makeClient<T extends SdkClient>(type: SdkClientClass<T>, settings: ClientSettings): T {
  const client = new type(clientSettings(settings));
  client.middlewareStack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const service = (context.clientName ?? type.name).replace(/Client$/, "");
        const operation = (context.commandName ?? "request").replace(/Command$/, "");
        if (error instanceof Error) rememberCall(error, { service, operation });
        throw error;
      }
    },
    { step: "initialize", name: "rememberCall" },
  );
  return client;
}
