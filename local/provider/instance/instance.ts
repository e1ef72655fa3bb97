import { setMaxListeners } from "node:events";
import { STS } from "@aws-sdk/client-sts";
import { AssumeRoleError, describeError } from "../support/errors";
import type { Aws } from "./aws";
import { partitionOf } from "./aws";
import type { SdkClient, SdkClientClass } from "./clients";
import { cancellableHandler, makeClient } from "./clients";
import type { ProviderConfig } from "./config";
import type { CredentialSource } from "./credentials";
import { assumeChain } from "./credentials";

/** What all instances of one running provider share. */
export interface Environment {
  /** Base URL of the emulator, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** Region where the program gives none (AWS_REGION). */
  readonly region?: string;
  /** Credentials where the program gives none (AWS_ACCESS_KEY_ID and so on). */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly log: (line: string) => void;
}

/** One configured provider of one engine: an account, an identity, a region, default tags. */
export class Instance {
  private readonly clients = new Map<string, SdkClient>();
  private readonly canceller = new AbortController();

  private constructor(
    readonly config: ProviderConfig,
    private readonly environment: Environment,
    private readonly credentials: CredentialSource,
    private readonly handler: ReturnType<typeof cancellableHandler>,
    readonly accountId: string,
    /** Who the calls are made as, for error messages. */
    readonly identity: string,
  ) {}

  /**
   * Assumes the configured roles and asks who that is.
   *
   * @throws Error where there are no credentials, a role cannot be assumed, or the account is not an allowed one
   */
  static async configure(config: ProviderConfig, environment: Environment): Promise<Instance> {
    const fixed = config.credentials ?? environment.credentials;
    if (!fixed) {
      throw new Error(
        "No valid credential sources found: set accessKey and secretKey on the provider, or AWS_ACCESS_KEY_ID and " +
          "AWS_SECRET_ACCESS_KEY where the local provider is started.",
      );
    }
    const handler = cancellableHandler();
    const shared = { endpoint: environment.endpoint, region: config.region, handler };
    const credentials = assumeChain(async () => fixed, config.assumeRoles, shared);
    const caller = config.skipRequestingAccountId ? undefined : await whoAmI({ ...shared, credentials });
    const accountId = caller?.account ?? "";
    refuseWrongAccount(config, accountId);
    const identity = caller?.arn ?? config.assumeRoles.at(-1)?.roleArn ?? fixed.accessKeyId;
    return new Instance(config, environment, credentials, handler, accountId, identity);
  }

  /** The account in one region. */
  in(region: string): Aws {
    const partition = partitionOf(region);
    return {
      region,
      partition,
      accountId: this.accountId,
      client: (type) => this.client(type, region),
      arn: (service, resource, scope = {}) =>
        `arn:${partition}:${service}:${scope.region ?? region}:${scope.account ?? this.accountId}:${resource}`,
    };
  }

  /** A signal for one operation: aborted by cancel, by the end of the instance or after `seconds` (0: never). */
  signal(seconds: number): AbortSignal {
    const limits = seconds > 0 ? [AbortSignal.timeout(seconds * 1_000)] : [];
    const signal = AbortSignal.any([this.canceller.signal, ...limits]);
    setMaxListeners(0, signal); // every call in flight listens, and there may be many
    return signal;
  }

  /** Ends every call in flight. */
  cancel(): void {
    this.canceller.abort(new Error("the engine cancelled the operation"));
  }

  close(): void {
    this.cancel();
    for (const client of this.clients.values()) client.destroy();
    this.handler.destroy();
  }

  private client<T extends SdkClient>(type: SdkClientClass<T>, region: string): T {
    const key = `${type.name} ${region}`;
    const known = this.clients.get(key);
    if (known) return known as T;
    const { endpoint } = this.environment;
    const made = makeClient(type, { endpoint, region, credentials: this.credentials, handler: this.handler });
    this.clients.set(key, made);
    return made;
  }
}

async function whoAmI(settings: Parameters<typeof makeClient>[1]): Promise<{ account: string; arn: string }> {
  const sts = makeClient(STS, settings);
  try {
    const { Account: account = "", Arn: arn = "" } = await sts.getCallerIdentity({});
    return { account, arn };
  } catch (error) {
    if (error instanceof AssumeRoleError) throw error;
    throw new Error(`retrieving AWS account details: validating provider credentials: ${describeError(error)}`, {
      cause: error,
    });
  }
}

function refuseWrongAccount({ allowedAccountIds, forbiddenAccountIds }: ProviderConfig, accountId: string): void {
  if (allowedAccountIds?.length && !allowedAccountIds.includes(accountId)) {
    throw new Error(
      `AWS account ID not allowed: the credentials belong to ${accountId}, ` +
        `and allowedAccountIds is ${allowedAccountIds.join(", ")}.`,
    );
  }
  if (forbiddenAccountIds?.includes(accountId)) {
    throw new Error(
      `AWS account ID not allowed: the credentials belong to ${accountId}, ` +
        `and forbiddenAccountIds is ${forbiddenAccountIds.join(", ")}.`,
    );
  }
}
