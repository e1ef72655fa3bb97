import { createHash } from "node:crypto";

/** State of each account and region, made when first asked for. */
export class Regional<T> {
  private readonly states = new Map<string, { account: string; region: string; state: T }>();

  constructor(private readonly make: (account: string, region: string) => T) {}

  of(account: string, region: string): T {
    const key = `${account}/${region}`;
    const known = this.states.get(key);
    if (known) return known.state;
    const state = this.make(account, region);
    this.states.set(key, { account, region, state });
    return state;
  }

  /** Every state that was asked for, in the order of account and region. */
  all(): { account: string; region: string; state: T }[] {
    return [...this.states.values()].sort(
      (a, b) => a.account.localeCompare(b.account) || a.region.localeCompare(b.region),
    );
  }
}

/** A map that forgets what was written longest ago, so that a long run stays within its memory. */
export class Bounded<T> {
  private readonly entries = new Map<string, T>();

  constructor(
    private readonly limit: number,
    private readonly forgotten: (key: string) => void,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: string): T | undefined {
    return this.entries.get(key);
  }

  set(key: string, value: T): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.limit) return;
    const [oldest] = this.entries.keys();
    if (oldest === undefined) return;
    this.entries.delete(oldest);
    this.forgotten(oldest);
  }

  values(): IterableIterator<T> {
    return this.entries.values();
  }

  clear(): void {
    this.entries.clear();
  }
}

/** An id of 32 hexadecimal digits that is the same in every run for the same parts. */
export const stableId = (...parts: (string | number)[]) =>
  createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32);

/** As {@link stableId}, in the form of a UUID. */
export function stableUuid(...parts: (string | number)[]): string {
  const hex = stableId(...parts);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
