import { Organization, organizationsClient } from "../components/organization";
import type { EnumeratedOrganization } from "../components/organization";
import type { StackResult } from "../rollout/deploy";
import { Failure } from "../rollout/failure";
import { duration, heading, printJson, styled } from "../rollout/output";
import { answerIncident, findDrill } from "./answer-incident";
import type { Answered } from "./answer-incident";
import { deploySession, organizationPlan, total } from "./deployment";
import { actAs } from "./environment";
import { keepUp } from "./keep";
import { makeProgress } from "./progress";
import type { Progress } from "./progress";
import { recordedOnlyTypes } from "./provider";
import { renderAccounts, renderDrills, renderRecordedOnly, renderRefused, renderStacks } from "./report";
import { startSession } from "./session";
import type { Session } from "./session";
import { makeWorkloads } from "./world";

export interface UpOptions {
  accounts: number;
  prefix: string;
  drills: string[];
  keep: boolean;
  json: boolean;
  verbose: boolean;
  signal: AbortSignal;
}

/** Service accounts deployed at a time: engine, provider and emulator share this machine's cores. */
const parallel = 2;

/** Brings the organisation up, answers the drills, and ends it all. @returns whether everything went as it has to */
export async function up(options: UpOptions): Promise<boolean> {
  const started = Date.now();
  const drills = options.drills.map(findDrill);
  const stream = options.json ? process.stderr : process.stdout;
  const progress = makeProgress(stream, Boolean(stream.isTTY) && !process.env.CI && !options.verbose);
  const say = (text: string) => void stream.write(`${text}\n`);
  const log = options.verbose ? (line: string) => say(styled("dim", line)) : () => undefined;
  say("An AWS organisation on this machine. No AWS account is needed, and none is touched.");
  const session = await progress.step(
    "Starting the Pulumi engine and the AWS emulator, making the accounts",
    (update) =>
      startSession({
        ...options,
        log: (line) => {
          update(line);
          log(line);
        },
      }),
  );
  try {
    Object.assign(
      process.env,
      actAs({ endpoint: session.emulator.endpoint, region: session.world.layout.region }, session.world.analyst),
    );
    const organization = await enumerate(session);
    const { layout } = session.world;
    say(`${heading("Accounts")}\n${renderAccounts(organization, layout.master.id, layout.management.id)}\n`);
    const deployed = await deploy(session, organization, progress, { ...options, log });
    say(`${heading("Stacks")}\n${renderStacks(deployed)}\n${renderRecordedOnly(deployed, recordedOnlyTypes)}`);
    for (const { error, mend } of deployed) if (error) say(`${styled("red", "failed")} ${error}\n  ${mend ?? ""}`);
    const master = deployed.find(({ stack }) => stack === "master");
    if (!master?.ok) throw new Failure("the master stack is not deployed, so nothing can be answered");
    const answered: Answered[] = [];
    for (const drill of drills) answered.push(await answerIncident(session, drill, { say, signal: options.signal }));
    const calls = await session.emulator.ledger();
    const refused = calls.filter(({ decision }) => decision === "deny");
    say(`${heading("Summary")}\n${renderDrills(answered)}\n\n${renderRefused(refused, calls.length)}`);
    const good = deployed.every(({ ok }) => ok) && answered.every((one) => one.good);
    const took = { ...session.took, total: Date.now() - started };
    say(
      `Engine, emulator and accounts ${duration(took.parts + took.world)}, ` +
        `${deployed.length} stacks with ${deployed.reduce((sum, { resources }) => sum + total(resources), 0)} resources, ` +
        `all of it ${duration(took.total)}.`,
    );
    if (options.json) printJson({ good, took, organization, stacks: deployed, drills: answered, refused });
    if (options.keep) await keepUp(session, deployed, { say, signal: options.signal });
    return good;
  } finally {
    await session.close();
  }
}

/** The accounts, as the deploying identity sees them. */
async function enumerate({ world, emulator }: Session): Promise<EnumeratedOrganization> {
  const client = organizationsClient({
    endpoint: emulator.endpoint,
    region: world.layout.region,
    credentials: world.pipeline,
  });
  try {
    return await new Organization(client).enumerate();
  } finally {
    client.destroy();
  }
}

/** Deploys every stack; what runs in the accounts is made meanwhile. */
async function deploy(
  session: Session,
  organization: EnumeratedOrganization,
  progress: Progress,
  options: { signal: AbortSignal; log: (line: string) => void },
): Promise<StackResult[]> {
  const plan = organizationPlan(session, organization.accounts);
  const stacks = plan.services.length + 2;
  const title = `Deploying ${stacks} stacks with the Pulumi engine, policy pack enforced`;
  return progress.step(title, async (update) => {
    let done = 0;
    let resources = 0;
    const [deployed] = await Promise.all([
      deploySession(session, plan, {
        parallel,
        signal: options.signal,
        onStart: ({ stack, account }) => update(`${stack} (${account.name}) …`),
        onOutput: ({ stack }, text) => options.log(`${stack}: ${text.trimEnd()}`),
        onResource: () => {
          resources += 1;
          if (resources % 25 === 0) update(`${done} of ${stacks} stacks, ${resources} resources`);
        },
        onResult: ({ stack, ok, ms }) => {
          done += 1;
          update(`${stack} ${ok ? "deployed" : "failed"} in ${duration(ms)} (${done} of ${stacks})`);
        },
      }),
      makeWorkloads(session.world),
    ]);
    options.signal.throwIfAborted();
    return deployed;
  });
}
