import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  status,
  type MethodDefinition,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceError,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzerHandshakeResponse,
  AnalyzerStackConfigureResponse,
  type AnalyzerStackConfigureRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { messageSizes } from "./message-sizes";

/**
 * Stands between the engine and a policy pack. A pack asks `pulumi.getStack()` and `new pulumi.Config()` of its
 * environment, while the engine tells both (ConfigureStack) only to a pack that listens. So the proxy listens, starts
 * the pack when it knows, and from then on hands every message through as it is. The official language host has one
 * too (`PolicyProxy` of github.com/pulumi/pulumi/sdk/v3).
 */
export class PolicyProxy {
  private readonly server = new Server(messageSizes);
  private configuration: AnalyzerStackConfigureRequest | undefined;
  private started = false;
  private client: Client | undefined;
  private ready!: (client: Client) => void;
  private failed!: (error: Error) => void;
  private readonly pack = new Promise<Client>((resolve, reject) => {
    this.ready = resolve;
    this.failed = reject;
  });

  /** `start` starts the pack with these variables added to its environment, then calls `attach` or `fail`. */
  constructor(private readonly start: (environment: Record<string, string>) => void) {
    // Who waits for the pack gets the failure; that nobody may be waiting is no error.
    this.pack.catch(() => {});
  }

  /** Starts to listen on a free port of 127.0.0.1 and answers it. */
  async listen(): Promise<number> {
    this.server.addService(service, {
      ...Object.fromEntries(forwarded.map(([name, method]) => [name, this.forward(method)])),
      ...this.answered(),
    });
    return new Promise((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }

  /** The pack listens on `port`. */
  attach(port: number): void {
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), messageSizes);
    this.client = client;
    if (!this.configuration) return this.ready(client);
    const method = AnalyzerService.configureStack;
    const { path, requestSerialize, responseDeserialize } = method;
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, this.configuration, (error) => {
      if (error && error.code !== status.UNIMPLEMENTED) this.failed(error);
      else this.ready(client);
    });
  }

  /** The pack ended, or never began. */
  fail(reason: string): void {
    this.failed(Object.assign(new Error(reason), { code: status.UNAVAILABLE, details: reason }));
  }

  close(): void {
    this.client?.close();
    this.server.forceShutdown();
  }

  private answered(): UntypedServiceImplementation {
    return {
      handshake: (_call: unknown, answer: sendUnaryData<AnalyzerHandshakeResponse>) =>
        answer(null, new AnalyzerHandshakeResponse()),
      configureStack: (
        call: ServerUnaryCall<AnalyzerStackConfigureRequest, AnalyzerStackConfigureResponse>,
        answer: sendUnaryData<AnalyzerStackConfigureResponse>,
      ) => {
        this.configuration = call.request;
        this.startOnce();
        answer(null, new AnalyzerStackConfigureResponse());
      },
    };
  }

  private forward(method: RawMethod) {
    return (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
      // `pulumi policy publish` asks about a pack that belongs to no stack.
      this.startOnce();
      this.pack.then(
        (client) => {
          const done = (error: ServiceError | null, response?: Buffer) => answer(error, response ?? null);
          client.makeUnaryRequest(method.path, raw, raw, call.request, done);
        },
        (error: ServiceError) => answer(error),
      );
    };
  }

  private startOnce(): void {
    if (this.started) return;
    this.started = true;
    this.start(this.configuration ? stackEnvironment(this.configuration) : {});
  }
}

function stackEnvironment(request: AnalyzerStackConfigureRequest): Record<string, string> {
  return {
    PULUMI_NODEJS_ORGANIZATION: request.getOrganization(),
    PULUMI_NODEJS_PROJECT: request.getProject(),
    PULUMI_NODEJS_STACK: request.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(request.getDryRun()),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
  };
}

type RawMethod = MethodDefinition<Buffer, Buffer>;

const raw = (message: Buffer): Buffer => message;
const untouched = {
  requestSerialize: raw,
  requestDeserialize: raw,
  responseSerialize: raw,
  responseDeserialize: raw,
};
const { handshake, configureStack, ...others } = AnalyzerService;
const forwarded = Object.entries(others).map(([name, method]): [string, RawMethod] => [
  name,
  { ...(method as MethodDefinition<object, object>), ...untouched },
]);
const service = { handshake, configureStack, ...Object.fromEntries(forwarded) };
