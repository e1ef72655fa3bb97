/**
 * The AWS Security Finding Format as BatchImportFindings checks it, in the words of the validator that AWS uses: these
 * are what users see. https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
 */
type Rule = (value: unknown, path: string, problems: string[]) => void;

/** Size that no finding may exceed, in bytes. */
export const findingBytes = 240 * 1024;

const text =
  (max: number, { min = 1, pattern }: { min?: number; pattern?: RegExp } = {}): Rule =>
  (value, path, problems) => {
    if (typeof value !== "string") problems.push(`${path} should be string`);
    else if (value.length < min) problems.push(`${path} should NOT be shorter than ${min} characters`);
    else if (value.length > max) problems.push(`${path} should NOT be longer than ${max} characters`);
    else if (pattern && !pattern.test(value)) problems.push(`${path} should match pattern "${pattern.source}"`);
  };

const oneOf =
  (...allowed: string[]): Rule =>
  (value, path, problems) => {
    if (!allowed.includes(value as string)) problems.push(`${path} should be equal to one of the allowed values`);
  };

const number =
  ({ min = -Infinity, max = Infinity, integer = false }): Rule =>
  (value, path, problems) => {
    if (typeof value !== "number" || (integer && !Number.isInteger(value)))
      problems.push(`${path} should be ${integer ? "integer" : "number"}`);
    else if (value < min) problems.push(`${path} should be >= ${min}`);
    else if (value > max) problems.push(`${path} should be <= ${max}`);
  };

const list =
  (rule: Rule, { min = 0, max }: { min?: number; max: number }): Rule =>
  (value, path, problems) => {
    if (!Array.isArray(value)) return void problems.push(`${path} should be array`);
    if (value.length < min) problems.push(`${path} should NOT have fewer than ${min} items`);
    if (value.length > max) problems.push(`${path} should NOT have more than ${max} items`);
    value.slice(0, max).forEach((one, index) => rule(one, `${path}[${index}]`, problems));
  };

const map =
  (values: Rule, max: number): Rule =>
  (value, path, problems) => {
    if (!isObject(value)) return void problems.push(`${path} should be object`);
    const entries = Object.entries(value);
    if (entries.length > max) problems.push(`${path} should NOT have more than ${max} properties`);
    for (const [key, one] of entries) {
      if (key.length > 128) problems.push(`${path} property name '${key.slice(0, 32)}…' is invalid`);
      values(one, `${path}['${key}']`, problems);
    }
  };

const object =
  (rules: Record<string, Rule>, required: string[] = []): Rule =>
  (value, path, problems) => {
    if (!isObject(value)) return void problems.push(`${path} should be object`);
    for (const name of required)
      if (value[name] === undefined) problems.push(`${path} should have required property '${name}'`);
    for (const [name, rule] of Object.entries(rules))
      if (value[name] !== undefined && value[name] !== null) rule(value[name], `${path}.${name}`, problems);
  };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const boolean: Rule = (value, path, problems) => {
  if (typeof value !== "boolean") problems.push(`${path} should be boolean`);
};

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html#timestamps */
const time: Rule = (value, path, problems) => {
  const form = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:?\d\d)$/;
  if (typeof value !== "string" || !form.test(value) || Number.isNaN(Date.parse(value)))
    problems.push(`${path} should match format "date-time"`);
};

const url = text(2048, { pattern: /^https?:\/\/\S+$/ });
const percent = number({ min: 0, max: 100, integer: true });
const label = oneOf("INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL");
const types = list(text(512, { pattern: /^([^/]+)(\/[^/]+){0,2}$/ }), { max: 50 });
const related = list(object({ ProductArn: text(2048), Id: text(512) }, ["ProductArn", "Id"]), { max: 10 });
const fields = map(text(2048, { min: 0 }), 50);

const severity: Rule = (value, path, problems) => {
  const one = object({ Label: label, Normalized: percent, Product: number({}), Original: text(64) });
  one(value, path, problems);
  if (isObject(value) && value.Label === undefined && value.Normalized === undefined)
    problems.push(`${path} should have required property 'Label'`);
};

const resource = object(
  {
    Type: text(256),
    Id: text(512),
    Partition: oneOf("aws", "aws-cn", "aws-us-gov"),
    Region: text(16),
    ResourceRole: text(32),
    Tags: map(text(256, { min: 0 }), 50),
    Details: object({}),
  },
  ["Type", "Id"],
);

const rules: Record<string, Rule> = {
  SchemaVersion: oneOf("2018-10-08"),
  Id: text(512),
  ProductArn: text(2048),
  GeneratorId: text(512),
  AwsAccountId: text(12, { pattern: /^\d{12}$/ }),
  Types: types,
  FirstObservedAt: time,
  LastObservedAt: time,
  CreatedAt: time,
  UpdatedAt: time,
  Severity: severity,
  Confidence: percent,
  Criticality: percent,
  Title: text(256),
  Description: text(1024),
  Remediation: object({ Recommendation: object({ Text: text(512), Url: url }) }),
  SourceUrl: url,
  ProductFields: fields,
  UserDefinedFields: fields,
  Resources: list(resource, { min: 1, max: 32 }),
  Compliance: object({
    Status: oneOf("PASSED", "WARNING", "FAILED", "NOT_AVAILABLE"),
    RelatedRequirements: list(text(64), { max: 32 }),
    StatusReasons: list(object({ ReasonCode: text(256), Description: text(2048) }, ["ReasonCode"]), { max: 20 }),
    SecurityControlId: text(128),
  }),
  VerificationState: oneOf("UNKNOWN", "TRUE_POSITIVE", "FALSE_POSITIVE", "BENIGN_POSITIVE"),
  Workflow: object({ Status: oneOf("NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED") }),
  RecordState: oneOf("ACTIVE", "ARCHIVED"),
  RelatedFindings: related,
  Note: object({ Text: text(512), UpdatedBy: text(512), UpdatedAt: time }, ["Text", "UpdatedBy", "UpdatedAt"]),
  FindingProviderFields: object({
    Confidence: percent,
    Criticality: percent,
    RelatedFindings: related,
    Severity: object({ Label: label, Original: text(64) }),
    Types: types,
  }),
  Sample: boolean,
};

const required = [
  ...["SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt"],
  ...["Title", "Description", "Resources"],
];
const whole = object(rules, required);

/** @returns what is wrong with a finding, in AWS's words; nothing where it is well */
export function asffProblem(value: unknown): string | undefined {
  const problems: string[] = [];
  whole(value, "data", problems);
  if (isObject(value) && value.Severity === undefined && value.FindingProviderFields === undefined)
    problems.push(
      "data should have required property 'FindingProviderFields'",
      "data should match some schema in anyOf",
    );
  return problems.length > 0 ? `Finding does not adhere to Amazon Finding Format. ${problems.join(", ")}.` : undefined;
}

/** Fields of the format that are kept; what it does not know is dropped, as the service does. */
export const asffFields = new Set([
  ...Object.keys(rules),
  ...["ProductName", "CompanyName", "Malware", "Network", "NetworkPath", "Process", "Threats", "ThreatIntelIndicators"],
  ...["WorkflowState", "Vulnerabilities", "PatchSummary", "Action", "GeneratorDetails", "Detection"],
]);
