import { mkdir } from "node:fs/promises";
import path from "node:path";
import { LocalWorkspace, StackAlreadyExistsError } from "@pulumi/pulumi/automation";
import type { PulumiCommand, PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { collectEvents } from "./engine-events";
import type { UpdateRecord } from "./engine-events";
import { mendFor } from "./mend";
import { leanCommand } from "./pulumi-command";

/** The Pulumi project that every stack belongs to. */
export const projectName = "firebreak";

/** Where and with what stacks are deployed. */
export interface Workshop {
  pulumi: PulumiCommand;
  /** URL of the state backend. */
  backend: string;
  /** Folder for one folder a stack, which holds its settings; no two stacks share one, so they can run side by side. */
  workDir: string;
  /** Environment of the engine: passphrase, credentials, region, attached providers. */
  env: Record<string, string>;
  /** Folders of compiled policy packs, enforced in every update. */
  policyPacks: string[];
  program: (stack: string) => Promise<Record<string, unknown>>;
}

/** One stack to deploy. */
export interface StackPlan {
  stack: string;
  account: { id: string; name: string };
  /** Role that is taken in the account, for messages. */
  role: string;
  /** Full keys, such as `firebreak:prefix`; values that are not text are given as they are. */
  config: Record<string, unknown>;
}

/** How the deployment of one stack ended. */
export interface StackResult extends UpdateRecord {
  stack: string;
  account: { id: string; name: string };
  ok: boolean;
  /** It was told to stop: what it had begun is in its state, and the next update goes on from there. */
  interrupted: boolean;
  ms: number;
  /** Names account, role and what went wrong; `mend` says what to do. */
  error?: string;
  mend?: string;
}

export interface DeployOptions {
  /** Ends the update in an orderly way: what is being done is finished and recorded, nothing more is begun. */
  signal?: AbortSignal;
  /** Told of each resource that is done: `create aws:s3/bucket:Bucket name`. */
  onResource?: (plan: StackPlan, operation: string, type: string, name: string) => void;
  /** Told what the engine prints. */
  onOutput?: (plan: StackPlan, text: string) => void;
}

/** Deploys one stack. It never throws for what the engine, the program or AWS says: the result carries it. */
export async function deployStack(
  workshop: Workshop,
  plan: StackPlan,
  options: DeployOptions = {},
): Promise<StackResult> {
  const started = Date.now();
  const { record, onEvent } = collectEvents((operation, type, name) =>
    options.onResource?.(plan, operation, type, name),
  );
  const result = (more: Partial<StackResult>): StackResult => ({
    stack: plan.stack,
    account: plan.account,
    ok: true,
    interrupted: false,
    ms: Date.now() - started,
    ...record,
    ...more,
  });
  try {
    options.signal?.throwIfAborted();
    const stack = await openStack(workshop, plan);
    options.signal?.throwIfAborted();
    await stack.up({
      policyPacks: workshop.policyPacks,
      onEvent,
      color: "never",
      suppressProgress: true,
      onOutput: (text) => options.onOutput?.(plan, text),
      onError: (text) => options.onOutput?.(plan, text),
      signal: options.signal,
    });
    return result({});
  } catch (error) {
    if (options.signal?.aborted) return result({ ok: false, interrupted: true, error: `${plan.stack}: stopped` });
    const said = [...record.violations.map((text) => `policy violated: ${text}`), ...distinct(record.failures)];
    const reason = said.length > 0 ? said.join("\n  ") : engineMessage(error);
    const who = `account ${plan.account.name} (${plan.account.id}), role ${plan.role}`;
    return result({ ok: false, error: `${plan.stack}: ${who}: ${reason}`, mend: mendFor(reason, plan) });
  }
}

async function openStack(workshop: Workshop, plan: StackPlan): Promise<Stack> {
  const workDir = path.join(workshop.workDir, plan.stack);
  await mkdir(workDir, { recursive: true });
  const program: PulumiFn = () => workshop.program(plan.stack);
  const args = { stackName: plan.stack, projectName, program };
  const workspace = {
    workDir,
    pulumiCommand: leanCommand(workshop.pulumi),
    envVars: workshop.env,
    projectSettings: { name: projectName, runtime: "nodejs" as const, backend: { url: workshop.backend } },
    // Written with the workspace: no call of the engine for each key.
    stackSettings: { [plan.stack]: { config: plan.config as Record<string, string> } },
  };
  try {
    return await LocalWorkspace.createStack(args, workspace);
  } catch (error) {
    if (!(error instanceof StackAlreadyExistsError)) throw error;
    return LocalWorkspace.selectStack(args, workspace);
  }
}

/** Without what another failure says as well: the engine repeats what the program threw. */
function distinct(failures: string[]): string[] {
  return failures.filter((one) => !failures.some((other) => other !== one && other.includes(one)));
}

/** Of what the engine printed, the lines that say what went wrong. */
function engineMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => /^(error:|stderr: error:|Error:)/.test(line));
  return [...new Set(errors.length > 0 ? errors : lines.filter(Boolean).slice(-3))].join("\n  ");
}
