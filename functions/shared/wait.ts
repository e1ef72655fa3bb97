const firstPauseMs = 250;
const longestPauseMs = 5_000;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks until the answer is yes, with growing pauses. @throws if that does not happen within `limitMs`. */
export async function waitFor(what: string, limitMs: number, ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, longestPauseMs)) {
    if (await ask()) return;
    if (Date.now() + wait > deadline) throw new Error(`Waited ${limitMs / 1000} s for ${what}, in vain`);
    await pause(wait);
  }
}
