import { Server, ServerCredentials, status, type handleUnaryCall, type ServerUnaryCall } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService, type IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetMappingResponse, GetMappingsResponse, ProviderHandshakeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Connections } from "../instance/connections";
import type { Environment, Instance } from "../instance/instance";
import { sdkVersion } from "../schema/load";
import { toServiceError, type Subject } from "./failures";
import * as handlers from "./handlers";

/** A serving provider. */
export interface RunningServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** The engine's own limit: a message may carry a whole function archive. */
const maxMessageBytes = 400 * 1024 * 1024;

/** Serves `pulumirpc.ResourceProvider` on a free port of 127.0.0.1. */
export async function serve(environment: Environment): Promise<RunningServer> {
  const connections = new Connections();
  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(ResourceProviderService, service(environment, connections));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    stop: async () => {
      connections.closeAll();
      server.forceShutdown();
    },
  };
}

/** A request about one resource. */
interface ResourceRequest {
  getUrn(): string;
}

function service(environment: Environment, connections: Connections): IResourceProviderServer {
  /** Answers with what `work` gives, or with its error and what it was about. */
  function answer<Request, Response>(
    work: (call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>,
    subject: (request: Request) => Subject = () => ({ doing: "configuring", what: "the aws provider" }),
  ): handleUnaryCall<Request, Response> {
    return (call, callback) => {
      void Promise.resolve()
        .then(() => work(call))
        .then(
          (response) => callback(null, response),
          (error: unknown) => {
            const failure = toServiceError(error, subject(call.request));
            environment.log(failure.details ?? String(error));
            callback(failure);
          },
        );
    };
  }

  /** The same, on the instance configured on the connection the call came by. */
  function onInstance<Request, Response>(
    subject: (request: Request) => Pick<Subject, "doing" | "what">,
    work: (request: Request, instance: Instance) => Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    return (call, callback) => {
      const peer = call.getPeer();
      const describe = (request: Request): Subject => {
        const instance = connections.find(peer);
        return { ...subject(request), identity: instance?.identity, region: instance?.config.region };
      };
      const handler = answer<Request, Response>(({ request }) => work(request, connections.instance(peer)), describe);
      handler(call, callback);
    };
  }

  const resource = (doing: string) => (request: ResourceRequest) => ({ doing, what: request.getUrn() });
  const unsupported: handleUnaryCall<unknown, never> = (_call, callback) =>
    callback({ code: status.UNIMPLEMENTED, details: "not supported by the local aws provider" });

  return {
    handshake: answer((call) => {
      connections.opened(call.getPeer());
      const response = new ProviderHandshakeResponse();
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    attach: answer(() => new Empty()),
    getPluginInfo: answer(() => {
      const info = new PluginInfo();
      info.setVersion(sdkVersion());
      return info;
    }),
    checkConfig: answer((call) => handlers.checkConfig(call.request, environment)),
    diffConfig: answer((call) => handlers.diffConfig(call.request)),
    configure: answer(async (call) => {
      connections.configured(call.getPeer(), await handlers.configure(call.request, environment));
      return handlers.capabilities();
    }),
    cancel: answer((call) => {
      connections.cancel(call.getPeer());
      return new Empty();
    }),
    invoke: onInstance((request) => ({ doing: "invoking", what: request.getTok() }), handlers.invoke),
    check: onInstance(resource("checking"), handlers.check),
    diff: onInstance(resource("comparing"), handlers.diff),
    create: onInstance(resource("creating"), handlers.create),
    read: onInstance(resource("reading"), handlers.read),
    update: onInstance(resource("updating"), handlers.update),
    delete: onInstance(resource("deleting"), handlers.remove),
    getMapping: answer(() => new GetMappingResponse()),
    getMappings: answer(() => new GetMappingsResponse()),
    parameterize: unsupported,
    getSchema: unsupported,
    call: unsupported,
    construct: unsupported,
  };
}
