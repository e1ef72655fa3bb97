import type { LedgerCall } from "../../local/emulator";

/** A call's span on the clock, in milliseconds. The ledger's time is that of the call's start. */
function span(call: LedgerCall): { from: number; to: number } {
  const from = Date.parse(call.time);
  return { from, to: from + call.ms };
}

/** How many calls had to wait for one another: the longest chain in which each began after the one before had ended. */
export function sequentialCalls(calls: LedgerCall[]): number {
  const spans = calls.map(span).sort((a, b) => a.to - b.to);
  let waves = 0;
  let ended = -Infinity;
  for (const { from, to } of spans) {
    if (from < ended) continue;
    waves += 1;
    ended = to;
  }
  return waves;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
