/** Exit codes of every command. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** An end of a command that is no fault of the program: said in words, with what to do, and without a stack trace. */
export class Failure extends Error {
  constructor(
    message: string,
    /** What to do about it. */
    readonly mend?: string,
    readonly exitCode: number = exitCodes.failed,
  ) {
    super(message);
    this.name = "Failure";
  }
}

export function failureOf(error: unknown): Failure | undefined {
  return error instanceof Failure ? error : undefined;
}
