import { setTimeout as sleep } from "node:timers/promises";
import { operationSignal } from "./operation";

/** How long something just made may be unknown to other services. The emulator is consistent at once; AWS takes longer. */
const propagationMs = 3_000;

/** Repeats `work` while it fails with an error that `transient` recognises, for as long as propagation may take. */
export async function untilPropagated<T>(work: () => Promise<T>, transient: (error: Error) => boolean): Promise<T> {
  const deadline = Date.now() + propagationMs;
  for (let pause = 25; ; pause *= 2) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error) || !transient(error) || Date.now() + pause > deadline) throw error;
    }
    await sleep(pause, undefined, { signal: operationSignal() });
  }
}

/**
 * Polls until `probe` gives a value other than undefined. There is no limit of its own: the resource's timeout, which
 * the engine sends, ends it.
 */
export async function waitFor<T>(probe: () => Promise<T | undefined>): Promise<T> {
  for (let pause = 25; ; pause = Math.min(pause * 2, 1_000)) {
    const value = await probe();
    if (value !== undefined) return value;
    await sleep(pause, undefined, { signal: operationSignal() });
  }
}
