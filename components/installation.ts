/** What every component of one installation agrees on. Plain values: they make names and ARNs, and decide nothing else. */
export interface Installation {
  /** Part of every name, so that two installations can live in one organisation. */
  prefix: string;
  /** `aws`, `aws-us-gov` or `aws-cn`. */
  partition: string;
  /** The partition's domain: `amazonaws.com` or `amazonaws.com.cn`. */
  dnsSuffix: string;
  /** Where cases live. */
  homeRegion: string;
  /** The security account. */
  masterAccountId: string;
  /** `o-…`; what is open to accounts is open to those of this organisation only. */
  organizationId: string;
  /** Asked of whoever takes a member role. Not a secret: it tells installations apart. */
  externalId: string;
}

/** Physical name of a part that only its own stack refers to. */
export function physicalName({ prefix }: Installation, part: string): string {
  return `${prefix}-${part}`;
}
