import { mkdir, symlink, writeFile, copyFile } from "node:fs/promises";
import path from "node:path";
import { projectName } from "../rollout/deploy";
import type { StackResult } from "../rollout/deploy";
import { heading, styled } from "../rollout/output";
import { engineEnvironment, policyPack } from "./deployment";
import { checkout } from "./session";
import type { Session } from "./session";
import { accessRoleName } from "./world/clients";
import type { WorldRecord } from "./world";

/** What other programs need to talk to the organisation: files in the session's folder. */
export interface Handover {
  /** To be sourced by a shell. */
  environmentFile: string;
  /** Where `pulumi` is called. */
  project: string;
  environment: Record<string, string>;
}

/** Prints what to set to talk to the organisation, and waits until `signal`, or until the emulator ends by itself. */
export async function keepUp(
  session: Session,
  deployed: StackResult[],
  { say, signal }: { say: (text: string) => void; signal: AbortSignal },
): Promise<void> {
  const { environmentFile, project } = await handOver(session, deployed);
  const service = deployed.find(({ stack, ok }) => ok && stack.startsWith("service"))?.stack ?? "master";
  say(
    [
      heading("The organisation stays up until Ctrl-C. In another terminal:"),
      `  . ${environmentFile}`,
      "",
      "  firebreak cases",
      "  firebreak drill ec2-three-interfaces",
      "  aws sts get-caller-identity                                   # analyst, in the master account",
      `  aws --profile ${session.world.drillAccount.name} ec2 describe-instances            # an account's administrator`,
      `  cd ${project}`,
      `  pulumi preview --stack master --policy-pack "$FIREBREAK_POLICY_PACK"`,
      `  pulumi up --yes --stack ${service} --policy-pack "$FIREBREAK_POLICY_PACK"`,
      "",
      styled("dim", `Calls to AWS: ${session.emulator.ledgerFile}; the emulator's log: ${session.emulator.logFile}`),
    ].join("\n"),
  );
  await new Promise<void>((resolve, reject) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
    void session.emulator.exited.then(({ code }) => {
      if (!signal.aborted) reject(new Error(`the AWS emulator ended by itself, with code ${code}`));
    });
  });
  say("Ending.");
}

/** Writes the files for other programs. */
export async function handOver(session: Session, deployed: Pick<StackResult, "stack">[]): Promise<Handover> {
  const project = await writeProject(session, deployed);
  const aws = await writeAwsFiles(session);
  const { world, emulator, prefix, dir, engine } = session;
  const { layout, organizationId, pipeline, analyst, workloads } = world;
  const record: WorldRecord = {
    endpoint: emulator.endpoint,
    layout,
    organizationId,
    pipeline,
    analyst,
    prefix,
    workloads,
  };
  const sessionFile = path.join(dir, "session.json");
  await writeFile(sessionFile, JSON.stringify(record, null, 2), { mode: 0o600 });
  const forEngine = Object.entries(engineEnvironment(session)).filter(
    ([name]) => !name.startsWith("AWS_") && name !== "TMPDIR",
  );
  const environment: Record<string, string> = {
    ...Object.fromEntries(forEngine),
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_REGION: layout.region,
    AWS_PROFILE: "analyst",
    AWS_CONFIG_FILE: aws.config,
    AWS_SHARED_CREDENTIALS_FILE: aws.credentials,
    AWS_EC2_METADATA_DISABLED: "true",
    FIREBREAK_PREFIX: prefix,
    FIREBREAK_LOCAL: sessionFile,
    FIREBREAK_POLICY_PACK: policyPack,
  };
  delete environment.PATH;
  const folders = [path.dirname(engine.command), path.join(checkout, "node_modules", ".bin"), path.join(dir, "bin")];
  await mkdir(path.join(dir, "bin"), { recursive: true });
  await symlink(path.join(checkout, "bin", "firebreak.js"), path.join(dir, "bin", "firebreak"));
  const environmentFile = path.join(dir, "environment.sh");
  const lines = [
    "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_DEFAULT_PROFILE",
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `export PATH=${quoted(folders.join(path.delimiter))}:"$PATH"`,
  ];
  await writeFile(environmentFile, `${lines.join("\n")}\n`, { mode: 0o600 });
  return { environmentFile, project, environment: { ...environment, PATH: [...folders, process.env.PATH].join(":") } };
}

/**
 * A Pulumi project folder of the session's own, so that settings written by `pulumi` stay out of the checkout. The
 * program has to lie below it: a link leads to the checkout.
 */
async function writeProject({ dir }: Session, deployed: Pick<StackResult, "stack">[]): Promise<string> {
  const project = path.join(dir, "project");
  await mkdir(project, { recursive: true });
  await symlink(checkout, path.join(project, "program"));
  const settings = [
    `name: ${projectName}`,
    "main: program",
    "runtime:",
    "  name: nodejs",
    "  options:",
    "    typescript: false",
  ];
  await writeFile(path.join(project, "Pulumi.yaml"), `${settings.join("\n")}\n`);
  for (const { stack } of deployed)
    await copyFile(path.join(dir, "stacks", stack, `Pulumi.${stack}.yaml`), path.join(project, `Pulumi.${stack}.yaml`));
  return project;
}

/** Profiles: the analyst, the deploying identity, and the administrator of each account. */
async function writeAwsFiles({ dir, world }: Session): Promise<{ config: string; credentials: string }> {
  const folder = path.join(dir, "aws");
  await mkdir(folder, { recursive: true });
  const { layout, pipeline, analyst } = world;
  // The AWS CLI caches sessions by role and session name, beyond the end of this organisation.
  const session = `role_session_name = ${path.basename(dir)}`;
  const region = `region = ${layout.region}`;
  const config = [
    ...["analyst", "pipeline"].map((name) => `[profile ${name}]\n${region}\n`),
    ...[layout.master, ...layout.services].map(
      ({ id, name }) =>
        `[profile ${name}]\n${region}\nrole_arn = arn:aws:iam::${id}:role/${accessRoleName}\n${session}\nsource_profile = pipeline\n`,
    ),
  ];
  const credentials = Object.entries({ analyst, pipeline }).map(
    ([name, keys]) =>
      `[${name}]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`,
  );
  const files = { config: path.join(folder, "config"), credentials: path.join(folder, "credentials") };
  await writeFile(files.config, config.join("\n"), { mode: 0o600 });
  await writeFile(files.credentials, credentials.join("\n"), { mode: 0o600 });
  return files;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
