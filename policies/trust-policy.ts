type OneOrMany = string | string[];

/** A statement of a role's trust policy. */
export interface TrustStatement {
  Sid?: string;
  Effect: string;
  Principal?: "*" | Record<string, OneOrMany>;
  NotPrincipal?: unknown;
  Condition?: Record<string, Record<string, OneOrMany>>;
}

/** The allowing statements of a trust policy, which is JSON text or an object. */
export function allowing(policy: unknown): TrustStatement[] {
  const document = (typeof policy === "string" ? JSON.parse(policy) : policy) as {
    Statement: TrustStatement | TrustStatement[];
  };
  return many(document.Statement).filter(({ Effect }) => Effect === "Allow");
}

export function many<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Who is trusted besides AWS services. */
export function trusted({ Principal, NotPrincipal }: TrustStatement): { aws: string[]; federated: string[] } {
  if (NotPrincipal !== undefined) return { aws: ["*"], federated: [] }; // all but some
  if (Principal === "*") return { aws: ["*"], federated: [] };
  return { aws: many(Principal?.AWS), federated: many(Principal?.Federated) };
}

/** The values that a condition key must equal, literally. Keys are case-insensitive, as in IAM. */
export function mustEqual({ Condition }: TrustStatement, key: string): string[] {
  const keys = Object.entries(Condition?.StringEquals ?? {});
  return keys.filter(([name]) => name.toLowerCase() === key.toLowerCase()).flatMap(([, values]) => many(values));
}

/** The account of a principal: an ARN's, or the id itself; undefined for `*`. */
export function accountOf(principal: string): string | undefined {
  return /^\d{12}$/.test(principal) ? principal : /^arn:[^:]+:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1];
}
