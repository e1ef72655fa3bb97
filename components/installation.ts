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
  /** Where detection also runs and playbooks also act. */
  linkedRegions: string[];
  /** The security account. */
  masterAccountId: string;
  /** `o-…`; what is open to accounts is open to those of this organisation only. */
  organizationId: string;
  /** Asked of whoever takes a member role. Not a secret: it tells installations apart. */
  externalId: string;
}

/** Every region in which an account has a part of the footprint: the home region first. */
export function regionsOf({ homeRegion, linkedRegions }: Installation): string[] {
  return [homeRegion, ...linkedRegions];
}

/** Logical name of a regional part: as it is in the home region, with the region behind it in a linked one. */
export function regionalName({ homeRegion }: Installation, name: string, region: string): string {
  return region === homeRegion ? name : `${name}-${region}`;
}

/** Physical name of a part that only its own stack refers to. */
export function physicalName({ prefix }: Installation, part: string): string {
  return `${prefix}-${part}`;
}
