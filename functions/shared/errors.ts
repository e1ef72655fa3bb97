/**
 * Errors that the state machines tell apart by name. They are plain errors with a name, since captured
 * subclasses of Error do not survive closure serialization.
 */
export type ErrorName =
  "ResourceGone" | "AccessDenied" | "NotVerified" | "MalformedEvent" | "CaseNotFound" | "InvalidRequest";

export function namedError(name: ErrorName, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** The resource a finding is about no longer exists: nothing is left to contain. */
export function resourceGone(resource: string): Error {
  return namedError("ResourceGone", `${resource} no longer exists`);
}

export function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Whether the service itself is in trouble, so that the same call may pass later: its 5xx answers and throttling. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $fault, $retryable } = error as { $fault?: string; $retryable?: unknown };
  return (
    $fault === "server" ||
    $retryable !== undefined ||
    /Throttl|LimitExceeded|TooManyRequests|SlowDown|ResourceContention/.test(error.name)
  );
}
