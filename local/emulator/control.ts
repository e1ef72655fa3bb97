/** Calls that are made to fail. Patterns take `*`; all that are given must match. */
export interface Fault {
  /** `throttle` and `error` answer as the service does then; `latency` only delays. */
  kind: "throttle" | "error" | "latency";
  /** IAM action, such as `ec2:Describe*`. @default `*` */
  action?: string;
  /** @default `*` */
  account?: string;
  /** ARN of the caller. @default `*` */
  principal?: string;
  /** How many calls are struck at most. @default no limit */
  count?: number;
  /** Share of matching calls that are struck, 0 to 1, drawn from `seed`. @default 1 */
  probability?: number;
  /** @default 0 */
  seed?: number;
  /** Delay before the answer, in milliseconds. @default 0 */
  ms?: number;
  /** Error code in place of the service's usual one. */
  code?: string;
}

/** Speaks to the emulator's own pages, which no principal of the organisation can reach. */
export class Control {
  constructor(
    private readonly endpoint: string,
    private readonly secret: string,
  ) {}

  /** @throws Error with the emulator's words when it refuses */
  async call<T>(method: "GET" | "PUT" | "POST", page: string, payload?: unknown): Promise<T> {
    const response = await fetch(`${this.endpoint}/_firebreak/${page}`, {
      method,
      headers: { "x-firebreak-secret": this.secret, "content-type": "application/json" },
      ...(payload === undefined ? {} : { body: JSON.stringify(payload) }),
    });
    const answer = (await response.json()) as T & { message?: string };
    if (!response.ok) {
      throw new Error(`the emulator refused ${method} ${page}: ${answer.message ?? response.status}`);
    }
    return answer;
  }
}
