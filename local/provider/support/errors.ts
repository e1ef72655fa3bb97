/** Where an AWS call came from, kept next to the error it ended with. */
export interface CallContext {
  readonly service: string;
  readonly operation: string;
}

const contexts = new WeakMap<Error, CallContext>();

/** A role of the provider's chain that cannot be assumed: its message says all there is to say. */
export class AssumeRoleError extends Error {}

/** Remembers which call an SDK error came from; the SDK's own errors do not say. */
export function rememberCall(error: Error, context: CallContext): void {
  // Credentials are asked for inside a call, which is not what failed then.
  if (!contexts.has(error) && !(error instanceof AssumeRoleError)) contexts.set(error, context);
}

/** True where `error` is an AWS error with one of these codes (`NoSuchEntityException` also matches `NoSuchEntity`). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  if (!(error instanceof Error)) return false;
  const code = awsCode(error);
  return codes.some((wanted) => code === wanted || code === `${wanted}Exception`);
}

/** The value of `work`, or undefined where AWS says the thing does not exist. */
export async function unlessGone<T>(work: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, ...codes)) return undefined;
    throw error;
  }
}

/** `operation error SQS: CreateQueue, https response error StatusCode: 400, RequestID: …, api error Code: message`. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const call = contexts.get(error);
  if (!call) return error.message;
  const metadata = (error as { $metadata?: { httpStatusCode?: number; requestId?: string } }).$metadata;
  const response = metadata?.httpStatusCode
    ? `https response error StatusCode: ${metadata.httpStatusCode}, RequestID: ${metadata.requestId ?? "none"}, `
    : "";
  return `operation error ${call.service}: ${call.operation}, ${response}api error ${awsCode(error)}: ${error.message}`;
}

/** The code AWS sent. Query-protocol services put it in `Code`, as the SDK's name may differ from it. */
export function awsCode(error: Error): string {
  const code = (error as { Code?: unknown }).Code;
  return typeof code === "string" ? code : error.name;
}
