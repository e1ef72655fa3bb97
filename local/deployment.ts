import { mkdir } from "node:fs/promises";
import path from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { checkConfig } from "../rollout/config-check";
import type { StackPlan, StackResult, Workshop } from "../rollout/deploy";
import { deployOrganization } from "../rollout/deploy-organization";
import type { OrganizationOptions, OrganizationPlan } from "../rollout/deploy-organization";
import { program } from "../stacks";
import { recordedOnlyTypes } from "./provider";
import { actAs } from "./environment";
import { linkedRegions } from "./regions";
import { checkout } from "./session";
import type { Session } from "./session";
import { analystArn } from "./world";
import type { PlannedAccount } from "./world";
import { accessRoleName } from "./world/clients";
import { pipelineUserName } from "./world/pipeline";

/** Who is paged here: whoever is on call by email, then SMS; after 15 minutes of silence the lead. */
const people = {
  "firebreak:contacts": {
    ana: person("Ana Ruiz", "ana@example.com", "+34600000001"),
    ben: person("Ben Okafor", "ben@example.com", "+34600000002"),
    lead: person("Lea Novak", "lea@example.com", "+34600000003"),
  },
  "firebreak:onCall": {
    responders: {
      timeZone: "Europe/Madrid",
      rotations: [{ contacts: ["ana", "ben"], start: "2026-01-05T09:00", shiftDays: 7 }],
    },
  },
  "firebreak:escalation": [
    { minute: 0, engage: ["responders"] },
    { minute: 15, engage: ["lead"] },
  ],
};

/** Guards nothing here: the state holds no secret of anyone's. */
const passphrase = "local";

/** The compiled policy pack, enforced in every update. */
export const policyPack = path.join(checkout, "policies");

/** Environment of the engine, for the Automation API here and for `pulumi` in a shell. */
export function engineEnvironment(session: Session): Record<string, string> {
  const { dir, engine, emulator, world, providerPort } = session;
  return {
    ...engine.env,
    ...actAs({ endpoint: emulator.endpoint, region: world.layout.region }, world.pipeline),
    // What engine, language host and policy pack leave behind goes with the session.
    TMPDIR: path.join(dir, "tmp"),
    PULUMI_BACKEND_URL: `file://${path.join(dir, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_DEBUG_PROVIDERS: `aws:${providerPort}`,
  };
}

/** What is deployed: the management stack, the master stack, and one stack for each service account in `accounts`. */
export function organizationPlan(session: Session, accounts: { id: string; name: string }[]): OrganizationPlan {
  const { world, prefix } = session;
  const { layout, organizationId } = world;
  const common = {
    "firebreak:prefix": prefix,
    "firebreak:organizationId": organizationId,
    "firebreak:masterAccountId": layout.master.id,
    "firebreak:homeRegion": layout.region,
    "firebreak:linkedRegions": linkedRegions,
    "firebreak:externalId": `${prefix}-on-this-machine`,
    "firebreak:deployRole": accessRoleName,
  };
  const plan = (stack: string, account: Pick<PlannedAccount, "id" | "name">, more: object): StackPlan => ({
    stack,
    account: { id: account.id, name: account.name },
    role: accessRoleName,
    config: { ...common, ...more },
  });
  return {
    management: {
      ...plan("management", layout.management, { "firebreak:managementAccountId": layout.management.id }),
      role: pipelineUserName,
    },
    master: plan("master", layout.master, {
      "firebreak:vaultRetentionDays": 30,
      "firebreak:investigators": [analystArn(layout.master.id)],
      "firebreak:notificationEmails": ["security@example.com"],
      ...people,
      "firebreak:modes": { "ec2-instance-compromised": "enforce" },
    }),
    services: accounts
      .filter(({ id }) => layout.services.some((one) => one.id === id))
      .map((account) => plan(`service-${account.id}`, account, {})),
  };
}

/** Checks every stack's config, then deploys them all. */
export async function deploySession(
  session: Session,
  plan: OrganizationPlan,
  options: OrganizationOptions,
): Promise<StackResult[]> {
  checkConfig([...(plan.management ? [plan.management] : []), plan.master, ...plan.services]);
  return deployOrganization(await workshop(session), plan, options);
}

/** What stacks are deployed with here. */
export async function workshop(session: Session): Promise<Workshop> {
  const { dir, engine } = session;
  const folders = { state: path.join(dir, "state"), work: path.join(dir, "stacks") };
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })));
  return {
    pulumi: await PulumiCommand.get({ root: path.dirname(path.dirname(engine.command)), skipVersionCheck: true }),
    backend: `file://${folders.state}`,
    workDir: folders.work,
    env: engineEnvironment(session),
    policyPacks: [policyPack],
    program,
  };
}

function person(name: string, email: string, sms: string) {
  const plan = [
    { minute: 0, channels: ["email"] },
    { minute: 10, channels: ["sms"] },
  ];
  return { name, channels: { email, sms }, plan };
}

/** How many resources the emulator cannot hold: they are in Pulumi's state, and nowhere else. */
export function recordedOnly(result: Pick<StackResult, "resources">): number {
  return recordedOnlyTypes.reduce((sum, type) => sum + (result.resources[type] ?? 0), 0);
}

export function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
