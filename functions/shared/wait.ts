const firstPauseMs = 250;
const longestPauseMs = 5_000;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks until the answer is yes, with growing pauses; false if it is still no after `limitMs`. */
export async function holdsWithin(limitMs: number, ask: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, longestPauseMs)) {
    if (await ask()) return true;
    if (Date.now() + wait > deadline) return false;
    await pause(wait);
  }
}

/** Asks until the answer is yes. @throws if that does not happen within `limitMs` */
export async function waitFor(what: string, limitMs: number, ask: () => Promise<boolean>): Promise<void> {
  if (!(await holdsWithin(limitMs, ask))) throw new Error(`Waited ${limitMs / 1000} s for ${what}, in vain`);
}
