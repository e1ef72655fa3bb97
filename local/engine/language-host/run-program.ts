import { RunResponse, type RunRequest } from "@pulumi/pulumi/proto/language_pb";
import type { ChildProcess } from "node:child_process";
import { startChild } from "./children";
import { guarded, runnerOf } from "./locate-module";
import { runtimeOptions, typescriptEnvironment } from "./runtime-options";

/** The runner's status when it has told the user what is wrong: the engine then adds no message of its own. */
const TOLD_THE_USER = 32;

/** A program that is running, and the answer the engine gets at its end. */
export interface RunningProgram {
  child: ChildProcess;
  response: Promise<RunResponse>;
}

/**
 * Starts the program of a stack by the runner of the program's own SDK. What it prints goes to this process's output,
 * which the engine shows to the user.
 */
export function runProgram(request: RunRequest, engineAddress: string): RunningProgram {
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() || request.getPwd();
  const options = runtimeOptions(info);
  const runner = runnerOf("@pulumi/pulumi/cmd/run", folder);
  const args = [...guarded(options.nodeargs), runner, ...runnerArguments(request, engineAddress)];
  const child = startChild(process.execPath, args, {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      ...typescriptEnvironment(options),
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
  return { child, response: outcome(child) };
}

function runnerArguments(request: RunRequest, engineAddress: string): string[] {
  const info = request.getInfo();
  const named = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: info?.getProgramDirectory() || request.getPwd(),
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(named).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
}

function outcome(child: ChildProcess): Promise<RunResponse> {
  return new Promise((resolve) => {
    const answer = new RunResponse();
    child.once("error", (error) => {
      resolve(answer.setError(`The program could not be started with ${process.execPath}: ${error.message}`));
    });
    child.once("close", (code, signal) => {
      if (code === TOLD_THE_USER) answer.setBail(true);
      else if (signal === "SIGABRT") answer.setError(`Program ended on signal SIGABRT. ${MEMORY_ADVICE}`);
      else if (signal) answer.setError(`Program ended on signal ${signal}`);
      else if (code !== 0) answer.setError(`Program exited with non-zero exit code: ${code}`);
      resolve(answer);
    });
  });
}

const MEMORY_ADVICE =
  "If it ran out of memory, give it more with `nodeargs: --max-old-space-size=4096` under `runtime.options` in Pulumi.yaml.";
