import { randomBytes } from "node:crypto";
import type { WholeCase } from "../../functions/shared/case";
import { readWholeCase } from "../../functions/shared/cases";
import { withInstallation } from "../../rollout/installation";
import type { Installation } from "../../rollout/installation";
import type { StackResult } from "../../rollout/deploy";
import { connectionCount } from "../../local/connections";
import { deploySession, organizationPlan } from "../../local/deployment";
import { drills } from "../../local/drills";
import type { Drill } from "../../local/drills";
import { actAs } from "../../local/environment";
import { runDrill } from "../../local/run-drill";
import type { DrillResult } from "../../local/run-drill";
import { startSession } from "../../local/session";
import type { Session } from "../../local/session";
import { makeWorkloads } from "../../local/world";
import { makeLoneServer } from "../../local/world/workloads";

/** The organisation that all tests under test/org share: three service accounts, both stacks deployed for real. */
export interface TestOrganization {
  session: Session;
  deployed: StackResult[];
  /** Does `work` as the analyst in the master account, with the environment that the command line would have. */
  asAnalyst<T>(work: (installation: Installation) => Promise<T>): Promise<T>;
  /** The analyst's environment, for a process of its own. */
  analystEnvironment: Record<string, string>;
  /** Raises a drill and follows it to its end. */
  drill(drill: Drill): Promise<DrillResult>;
  /** The ordinary drill on a server of its own, which nothing else touches. */
  freshDrill(): Promise<Drill>;
  readCase(caseId: string): Promise<WholeCase>;
}

// The notice would stand between the names of the tests; package.json's `engines` says which Node.js is supported.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

let starting: Promise<TestOrganization> | undefined;

/** Starts the organisation when the first test asks for it; takes most of a minute. */
export function testOrganization(): Promise<TestOrganization> {
  starting ??= start();
  return starting;
}

/** Mocha's root hook: the organisation ends with the run, however its tests went. */
export const mochaHooks = {
  async afterAll(): Promise<void> {
    const organization = await starting?.catch(() => undefined);
    await organization?.session.close();
  },
};

/** The drill of that name. */
export function drillNamed(name: string): Drill {
  const found = drills.find((one) => one.name === name);
  if (!found) throw new Error(`there is no drill ${name}`);
  return found;
}

async function start(): Promise<TestOrganization> {
  const said: string[] = [];
  const session = await startSession({ accounts: 3, prefix: "firebreak", log: (line) => said.push(line) });
  try {
    const { world, emulator } = session;
    const { layout } = world;
    const plan = organizationPlan(session, layout.services);
    const [deployed] = await Promise.all([deploySession(session, plan, { parallel: 2 }), makeWorkloads(world)]);
    const failed = deployed.find(({ ok }) => !ok);
    if (failed) throw new Error(`${failed.error}\n${said.slice(-20).join("\n")}`);
    const analystEnvironment = actAs({ endpoint: emulator.endpoint, region: layout.region }, world.analyst);
    const asAnalyst = <T>(work: (installation: Installation) => Promise<T>) =>
      withEnvironment(analystEnvironment, () => withInstallation({ prefix: session.prefix }, work));
    return {
      session,
      deployed,
      analystEnvironment,
      asAnalyst,
      drill: (drill) =>
        asAnalyst((installation) => runDrill(installation, world, drill, { connections: connectionCount(emulator) })),
      async freshDrill() {
        const name = `fresh-${randomBytes(4).toString("hex")}`;
        const id = await makeLoneServer(world.admin(world.drillAccount.id), layout.region, name);
        world.drillWorkloads.instances[name] = id;
        return { ...drillNamed("ec2-compromised"), instance: name };
      },
      readCase: (caseId) => asAnalyst(({ table }) => readWholeCase(table, caseId)),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** The variables are there for the time of `work` only: other tests choose their own. */
async function withEnvironment<T>(variables: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
