import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { notServed, ServiceError } from "./errors";
import { match } from "./router";
import { partitionOf, type Json, type Service } from "./service";

/** AWS takes 6 MB in a batch of findings; nothing that these services take is larger. */
const bodyLimit = 7 * 1024 * 1024;

interface ServerOptions {
  log(line: string): void;
  /** Required in `x-firebreak-secret`, so that nobody but the launcher gets round its checks. */
  secret?: string;
}

/** Answers requests that the launcher forwards. @returns its address and how to end it */
export async function serve(services: readonly Service[], options: ServerOptions) {
  const server = createServer((request, response) => {
    if (options.secret !== undefined && request.headers["x-firebreak-secret"] !== options.secret)
      send(response, 403, { message: "x-firebreak-secret is missing or wrong" });
    else void answer(services, request, response, options.log);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}

async function answer(
  services: readonly Service[],
  request: IncomingMessage,
  response: ServerResponse,
  log: (line: string) => void,
): Promise<void> {
  const service = services.find(({ name }) => name === serviceOf(request));
  try {
    if (!service) throw new ServiceError("UnknownServiceException", 404, `${serviceOf(request)} is not served here`);
    send(response, 200, await dispatch(service, request));
  } catch (error) {
    const known =
      error instanceof ServiceError
        ? error
        : new ServiceError("InternalException", 500, error instanceof Error ? error.message : String(error));
    if (known.status >= 500 || known.code === "NotImplementedException")
      log(`${service?.name ?? "?"} ${request.method} ${request.url}: ${(error as Error).stack ?? known.message}`);
    const body = service ? service.errorBody(known) : { message: known.message };
    send(response, known.status, body, known.code);
  }
}

async function dispatch(service: Service, request: IncomingMessage): Promise<Json> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const method = request.method ?? "GET";
  const found = match(service.routes, method, url.pathname);
  if (!found)
    throw new ServiceError("UnknownOperationException", 404, `${service.name} has no ${method} ${url.pathname}`);
  const operation = service.operations[found.operation];
  const body = await readBody(request, service.invalid);
  // The launcher asks what a request needs before it lets it through.
  if (request.headers["x-firebreak-ask"] === "permission")
    return {
      action: `${service.name}:${found.operation}`,
      resource: service.resource(found.operation, found.params, body),
    };
  if (!operation) throw notServed(service.name, found.operation);
  const region = header(request, "x-firebreak-region");
  const given = await operation({
    account: header(request, "x-firebreak-account"),
    region,
    method,
    partition: partitionOf(region),
    principal: header(request, "x-firebreak-principal"),
    params: found.params,
    query: url.searchParams,
    body,
  });
  return (given ?? {}) as Json;
}

/** Names the service: the launcher's header, else the scope of the request's signature. */
function serviceOf(request: IncomingMessage): string {
  const named = request.headers["x-firebreak-service"];
  if (typeof named === "string") return named;
  const scope = /Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? "");
  return scope?.[1] ?? "unnamed service";
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  if (typeof value !== "string" || value === "") throw new Error(`the launcher sent no ${name}`);
  return value;
}

async function readBody(request: IncomingMessage, invalid: (message: string) => Error): Promise<Json> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bodyLimit) throw invalid(`The request is larger than ${bodyLimit} bytes`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString();
  if (text === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("The request's body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("The request's body is not a JSON object");
  return value as Json;
}

function send(response: ServerResponse, status: number, body: Json, code?: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...(code ? { "x-amzn-errortype": code } : {}),
  });
  response.end(JSON.stringify(body));
}
