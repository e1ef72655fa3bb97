import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { deployStack, projectName } from "../../rollout/deploy";
import type { StackPlan } from "../../rollout/deploy";
import { engineEnvironment, policyPack, workshop } from "../../local/deployment";
import { checkout } from "../../local/session";
import type { Session } from "../../local/session";
import { seconds } from "./report";
import type { Section } from "./report";
import { median } from "./waves";

const run = promisify(execFile);

/** One more service account by the Automation API, against `pulumi up` on the same stack. */
export async function measureAccount(session: Session, plans: StackPlan[]): Promise<Section> {
  const shop = await workshop(session);
  const api: number[] = [];
  const compiled: number[] = [];
  const asIs: number[] = [];
  for (const [index, plan] of plans.entries()) {
    if (index % 3 === 0) {
      const { ok, ms, error } = await deployStack(shop, plan);
      if (!ok) throw new Error(error);
      api.push(ms);
    } else {
      (index % 3 === 1 ? compiled : asIs).push(await pulumiUp(session, plan, index % 3 === 2));
    }
  }
  const ratio = (times: number[]) => `${(median(api) / median(times)).toFixed(2)} of it`;
  return {
    title: "One more service account",
    method:
      "New accounts in turn: the Automation API with the program in this process, `pulumi up --yes` (which previews first) " +
      "with the program as compiled, and the same with the program in TypeScript. Each with the policy pack; medians.",
    figures: [
      { what: "Automation API", figure: seconds(median(api)) },
      { what: "`pulumi up`, TypeScript", figure: seconds(median(asIs)) },
      { what: "Automation API against it", figure: ratio(asIs), aim: "0.20 or less" },
      { what: "`pulumi up`, compiled", figure: seconds(median(compiled)) },
      { what: "Automation API against it", figure: ratio(compiled), aim: "0.20 or less" },
    ],
  };
}

/** What a person types: `pulumi up`, in a project folder of its own. */
async function pulumiUp(session: Session, plan: StackPlan, typescript: boolean): Promise<number> {
  const project = path.join(session.dir, `bench-${plan.stack}`);
  await mkdir(project);
  await symlink(checkout, path.join(project, "program"));
  const main = typescript ? "program/index.ts" : "program";
  const settings = `name: ${projectName}\nmain: ${main}\nruntime:\n  name: nodejs\n  options:\n    typescript: ${typescript}\n`;
  await writeFile(path.join(project, "Pulumi.yaml"), settings);
  const env = { ...process.env, ...engineEnvironment(session) };
  const pulumi = (...args: string[]) => run(session.engine.command, args, { cwd: project, env, maxBuffer: 1 << 26 });
  await pulumi("stack", "init", plan.stack, "--non-interactive");
  await writeFile(path.join(project, `Pulumi.${plan.stack}.yaml`), JSON.stringify({ config: plan.config }));
  const started = Date.now();
  await pulumi("up", "--yes", "--non-interactive", "--stack", plan.stack, "--policy-pack", policyPack);
  const took = Date.now() - started;
  await rm(project, { recursive: true });
  return took;
}
