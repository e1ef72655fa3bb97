import type { Environment } from "./instance/instance";
import { serve } from "./protocol/server";

export { recordedOnlyTypes } from "./recorded-only";

/** A running local `aws` provider. */
export interface LocalProvider {
  /** Attach engines with `PULUMI_DEBUG_PROVIDERS=aws:<port>`. */
  readonly port: number;
  /** Ends calls in flight and closes every connection. */
  stop(): Promise<void>;
}

/** What the provider talks to, and as whom. */
export interface LocalProviderOptions {
  /** Base URL of the emulator, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** Credentials for providers whose program gives none; `AWS_ACCESS_KEY_ID` and so on unless told. */
  readonly credentials?: Environment["credentials"];
  /** Region for providers whose program gives none; `AWS_REGION` or `AWS_DEFAULT_REGION` unless told. */
  readonly region?: string;
  /** Told each error the engine is told. */
  readonly log?: (line: string) => void;
}

/**
 * Starts a stand-in for the official `aws` plugin on a free port of 127.0.0.1. Any number of engines may use it at
 * once, each with any number of `aws` providers.
 */
export function startProvider(options: LocalProviderOptions): Promise<LocalProvider> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  return serve({
    endpoint: options.endpoint,
    region: options.region ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"],
    credentials:
      options.credentials ??
      (accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined),
    log: options.log ?? (() => undefined),
  });
}
