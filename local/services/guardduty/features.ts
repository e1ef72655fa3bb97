import { z } from "zod";
import { badRequest } from "./errors";

/** Always on, and shown only. */
const foundations = ["CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS"];
const optional = [
  "S3_DATA_EVENTS",
  "EKS_AUDIT_LOGS",
  "EBS_MALWARE_PROTECTION",
  "RDS_LOGIN_EVENTS",
  "EKS_RUNTIME_MONITORING",
  "LAMBDA_NETWORK_LOGS",
  "RUNTIME_MONITORING",
] as const;
const offAtFirst = new Set<string>(["EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING"]);
const agents: Record<string, readonly string[]> = {
  EKS_RUNTIME_MONITORING: ["EKS_ADDON_MANAGEMENT"],
  RUNTIME_MONITORING: ["EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT"],
};

export type Status = "ENABLED" | "DISABLED";
export type AutoEnable = "ALL" | "NEW" | "NONE";

/** A feature and its additional configuration, each with a setting: on or off in a detector, for whom in an organisation. */
export interface Feature<S> {
  setting: S;
  updatedAt: Date;
  additional: Map<string, { setting: S; updatedAt: Date }>;
}
export type Features<S> = Map<string, Feature<S>>;

const named = <K extends string>(key: K, values: [string, ...string[]]) => {
  const setting = { [key]: z.enum(values) } as Record<K, z.ZodEnum>;
  return z.array(
    z.object({
      name: z.enum(optional),
      ...setting,
      additionalConfiguration: z
        .array(z.object({ name: z.enum(agents.RUNTIME_MONITORING as [string, ...string[]]), ...setting }))
        .optional(),
    }),
  );
};

/** Features as Create-, Update- and UpdateMemberDetectors take them. */
export const detectorFeatures = named("status", ["ENABLED", "DISABLED"]);
/** Features as UpdateOrganizationConfiguration takes them. */
export const organizationFeatures = named("autoEnable", ["ALL", "NEW", "NONE"]);

interface Asked<S> {
  name: string;
  setting: S;
  additional: { name: string; setting: S }[];
}

/** Brings both kinds of request into one form. */
export function asked<S extends string>(features: readonly object[], key: "status" | "autoEnable"): Asked<S>[] {
  type Raw = Record<string, unknown> & { name: string };
  return (features as (Raw & { additionalConfiguration?: Raw[] })[]).map((feature) => ({
    name: feature.name,
    setting: feature[key] as S,
    additional: (feature.additionalConfiguration ?? []).map((one) => ({ name: one.name, setting: one[key] as S })),
  }));
}

/** What a new detector has: everything but runtime monitoring, which needs an agent. */
export const initialFeatures = (now: Date): Features<Status> =>
  new Map(
    optional.map((name) => [name, feature(name, offAtFirst.has(name) ? "DISABLED" : "ENABLED", "DISABLED", now)]),
  );

/** What the organisation's configuration is before anybody sets it. */
export const initialOrganizationFeatures = (now: Date): Features<AutoEnable> =>
  new Map(optional.map((name) => [name, feature(name, "NONE", "NONE", now)]));

function feature<S>(name: string, setting: S, ofAgents: S, now: Date): Feature<S> {
  return {
    setting,
    updatedAt: now,
    additional: new Map((agents[name] ?? []).map((agent) => [agent, { setting: ofAgents, updatedAt: now }])),
  };
}

/** Changes what is asked for, and nothing else. @throws BadRequestException where GuardDuty refuses the combination */
export function change<S>(features: Features<S>, wanted: Asked<S>[], now: Date): void {
  if (
    wanted.some(({ name }) => name === "RUNTIME_MONITORING") &&
    wanted.some(({ name }) => name === "EKS_RUNTIME_MONITORING")
  )
    throw badRequest(
      "The request is rejected because EKS_RUNTIME_MONITORING and RUNTIME_MONITORING are both specified; choose one.",
    );
  for (const { name, additional } of wanted)
    for (const one of additional)
      if (!agents[name]?.includes(one.name))
        throw badRequest(`The request is rejected because ${one.name} is no additional configuration of ${name}.`);
  for (const { name, setting, additional } of wanted) {
    const known = features.get(name) as Feature<S>;
    if (known.setting !== setting) Object.assign(known, { setting, updatedAt: now });
    for (const one of additional) known.additional.set(one.name, { setting: one.setting, updatedAt: now });
  }
}

const seconds = (time: Date) => Math.floor(time.getTime() / 1000);

/** As GetDetector shows them. */
export function shownFeatures(features: Features<Status>, createdAt: Date): object[] {
  const always = foundations.map((name) => ({ name, status: "ENABLED", updatedAt: seconds(createdAt) }));
  return [...always, ...shownOptional(features)];
}

export const shownOptional = (features: Features<Status>): object[] =>
  [...features].map(([name, { setting, updatedAt, additional }]) => ({
    name,
    status: setting,
    updatedAt: seconds(updatedAt),
    ...(additional.size > 0
      ? {
          additionalConfiguration: [...additional].map(([agent, one]) => ({
            name: agent,
            status: one.setting,
            updatedAt: seconds(one.updatedAt),
          })),
        }
      : {}),
  }));

/** As DescribeOrganizationConfiguration shows them. */
export const shownOrganization = (features: Features<AutoEnable>): object[] =>
  [...features].map(([name, { setting, additional }]) => ({
    name,
    autoEnable: setting,
    ...(additional.size > 0
      ? { additionalConfiguration: [...additional].map(([agent, one]) => ({ name: agent, autoEnable: one.setting })) }
      : {}),
  }));

/** The older form of the same, which GetDetector gives beside the features. */
export function shownDataSources(features: Features<Status>): object {
  const status = (name: string) => ({ status: features.get(name)?.setting ?? "DISABLED" });
  return {
    cloudTrail: { status: "ENABLED" },
    dnsLogs: { status: "ENABLED" },
    flowLogs: { status: "ENABLED" },
    s3Logs: status("S3_DATA_EVENTS"),
    kubernetes: { auditLogs: status("EKS_AUDIT_LOGS") },
    malwareProtection: { scanEc2InstanceWithFindings: { ebsVolumes: status("EBS_MALWARE_PROTECTION") } },
  };
}
