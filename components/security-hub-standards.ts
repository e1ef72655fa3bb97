/**
 * Standards of Security Hub that can be chosen, by the end of their ARNs:
 * https://docs.aws.amazon.com/securityhub/latest/userguide/standards-reference.html
 */
export const standards = [
  "aws-foundational-security-best-practices/v/1.0.0",
  "cis-aws-foundations-benchmark/v/1.4.0",
  "cis-aws-foundations-benchmark/v/3.0.0",
  "cis-aws-foundations-benchmark/v/5.0.0",
  "nist-800-53/v/5.0.0",
  "nist-800-171/v/2.0.0",
  "pci-dss/v/3.2.1",
  "pci-dss/v/4.0.1",
] as const;

export type Standard = (typeof standards)[number];
