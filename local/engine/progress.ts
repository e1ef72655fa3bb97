const EVERY_MS = 15_000;

/** `95` as `1:35`. */
export function formatElapsed(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/**
 * Says every 15 s, until the answered function is called, what long work is doing: `<what> (1:30): <state>`.
 * `state` is asked each time and may count what was done so far.
 */
export function reportProgress(log: (line: string) => void, what: string, state: () => string): () => void {
  const started = Date.now();
  const timer = setInterval(() => {
    log(`${what} (${formatElapsed((Date.now() - started) / 1000)}): ${state()}`);
  }, EVERY_MS);
  return () => clearInterval(timer);
}
