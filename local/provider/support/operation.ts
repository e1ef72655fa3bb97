import { AsyncLocalStorage } from "node:async_hooks";

/** One request of the engine, for as long as it is being answered. */
export interface Operation {
  /** Aborted when the engine cancels, when the provider stops, or when the resource's timeout has passed. */
  readonly signal: AbortSignal;
}

const current = new AsyncLocalStorage<Operation>();

/** Runs `work` so that every AWS call and every wait inside it ends with `operation.signal`. */
export function withinOperation<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
  return current.run(operation, work);
}

/** The signal of the request being answered; undefined outside one. */
export function operationSignal(): AbortSignal | undefined {
  return current.getStore()?.signal;
}
