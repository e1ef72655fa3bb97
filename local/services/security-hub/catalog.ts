/** A security standard, and its ARN in one region. */
interface Standard {
  path: string;
  name: string;
  description: string;
  byDefault: boolean;
}

const standard = (path: string, name: string, byDefault = false): Standard => ({
  path,
  name,
  description: `The ${name} standard.`,
  byDefault,
});

/** https://docs.aws.amazon.com/securityhub/latest/userguide/standards-reference.html */
const standards = [
  standard(
    "standards/aws-foundational-security-best-practices/v/1.0.0",
    "AWS Foundational Security Best Practices v1.0.0",
    true,
  ),
  standard("ruleset/cis-aws-foundations-benchmark/v/1.2.0", "CIS AWS Foundations Benchmark v1.2.0", true),
  standard("standards/cis-aws-foundations-benchmark/v/1.4.0", "CIS AWS Foundations Benchmark v1.4.0"),
  standard("standards/cis-aws-foundations-benchmark/v/3.0.0", "CIS AWS Foundations Benchmark v3.0.0"),
  standard("standards/cis-aws-foundations-benchmark/v/5.0.0", "CIS AWS Foundations Benchmark v5.0.0"),
  standard("standards/nist-800-53/v/5.0.0", "NIST Special Publication 800-53 Revision 5"),
  standard("standards/nist-800-171/v/2.0.0", "NIST Special Publication 800-171 Revision 2"),
  standard("standards/pci-dss/v/3.2.1", "PCI DSS v3.2.1"),
  standard("standards/pci-dss/v/4.0.1", "PCI DSS v4.0.1"),
  standard("standards/aws-resource-tagging-standard/v/1.0.0", "AWS Resource Tagging Standard v1.0.0"),
];

/** The standards of a region with their ARNs; the first CIS benchmark's names no region. */
export const standardsOf = (partition: string, region: string) =>
  standards.map(({ path, ...rest }) => ({
    ...rest,
    arn: path.startsWith("ruleset/")
      ? `arn:${partition}:securityhub:::${path}`
      : `arn:${partition}:securityhub:${region}::${path}`,
  }));

/** @returns the standard's ARN in another region, or nothing where there is no such standard */
export function standardIn(arn: string, partition: string, region: string): string | undefined {
  const path = arn.split(":").slice(5).join(":");
  return standardsOf(partition, region).find((one) => one.arn.endsWith(`:${path}`))?.arn;
}

/** @returns the ARN that a standard has as a subscription of an account */
export const subscriptionArn = (standardArn: string, partition: string, region: string, account: string) =>
  `arn:${partition}:securityhub:${region}:${account}:${standardArn
    .split(":")
    .slice(5)
    .join(":")
    .replace(/^(standards|ruleset)\//, "subscription/")}`;

interface Product {
  path: string;
  product: string;
  company: string;
  /** Whether findings are taken as soon as Security Hub is on. */
  atOnce: boolean;
}

const product = (path: string, name: string, company: string, atOnce: boolean): Product => ({
  path,
  product: name,
  company,
  atOnce,
});

/** Products that send findings. https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-providers.html */
const products = [
  product("aws/access-analyzer", "IAM Access Analyzer", "AWS", true),
  product("aws/config", "Config", "AWS", true),
  product("aws/detective", "Detective", "Amazon", true),
  product("aws/firewall-manager", "Firewall Manager", "AWS", true),
  product("aws/guardduty", "GuardDuty", "Amazon", true),
  product("aws/health", "Health", "AWS", true),
  product("aws/inspector", "Inspector", "Amazon", true),
  product("aws/macie", "Macie", "Amazon", true),
  product("aws/securityhub", "Security Hub", "AWS", true),
  product("aws/ssm-patch-manager", "Systems Manager Patch Manager", "AWS", true),
  product("aquasecurity/aquasecurity", "Aqua Security", "Aqua Security", false),
  product("cloud-custodian/cloud-custodian", "Cloud Custodian", "Cloud Custodian", false),
  product("prowler/prowler", "Prowler", "Prowler", false),
];

/** The products of a region with their ARNs. */
export const productsOf = (partition: string, region: string) =>
  products.map((one) => ({ ...one, arn: `arn:${partition}:securityhub:${region}::product/${one.path}` }));

/** The product under which an account imports findings of its own. */
export const ownProduct = (partition: string, region: string, account: string) =>
  `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`;

/** @returns the ARN that a product has as a subscription of an account */
export const productSubscription = (productArn: string, partition: string, region: string, account: string) =>
  `arn:${partition}:securityhub:${region}:${account}:product-subscription/${productArn.split(":product/")[1] ?? ""}`;
