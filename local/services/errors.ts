/** An answer that is an error in AWS's words: `code` names the exception, `type` is what some services add to it. */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly type: string = code,
  ) {
    super(message);
    this.name = code;
  }
}

/** For an operation that AWS has and this machine has not. The status is one that no SDK retries. */
export const notServed = (service: string, operation: string) =>
  new ServiceError(
    "NotImplementedException",
    400,
    `${service}:${operation} is not served by the local organisation; see docs/fidelity.md for what is`,
  );
