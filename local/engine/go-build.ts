import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import { findOnPath } from "./find-on-path";
import { runLeashed } from "./leashed";
import { formatElapsed, reportProgress } from "./progress";
import { askVersion } from "./tool-version";
import { ENGINE_VERSION, formatVersion, isAtLeast, parseVersion } from "./version";

const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
/** The Automation API and policy packs ask for the version; a build without it answers none. */
const VERSION_FLAG = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${ENGINE_VERSION}`;
/** What is shown of a failed build's output. */
const LAST_LINES = 15;

export interface GoBuildOptions {
  log: (line: string) => void;
  signal?: AbortSignal | undefined;
  /** Where `go` is looked for. Default: $PATH. */
  searchPath?: string | undefined;
}

/**
 * Builds the Pulumi engine into `bin/pulumi` under `folder`, from the Go modules that go/go.mod pins and go/go.sum
 * holds the hashes of. About 5 minutes and 110 MB on two cores where Go's own caches are empty, seconds where they are
 * full. Throws an error that names Go, the version needed and how to get it where Go is missing or too old.
 */
export async function buildEngine(folder: string, options: GoBuildOptions): Promise<void> {
  const module = moduleFolder();
  const go = await findGo(module, options);
  await mkdir(path.join(folder, "bin"), { recursive: true });
  const env = {
    ...process.env,
    // No C compiler is needed, no other toolchain is fetched, no workspace of the user's changes what is built.
    CGO_ENABLED: "0",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    GOFLAGS: "",
  };
  const started = Date.now();
  options.log(`building the Pulumi engine ${ENGINE_VERSION} from Go modules with ${go} (minutes, once per version)`);

  const run = async (args: string[], onStderr: (line: string) => void, onStdout: (line: string) => void) => {
    const last: string[] = [];
    const { code } = await runLeashed(go, args, {
      cwd: module,
      env,
      signal: options.signal,
      onStdout,
      onLine: (line) => {
        last.push(line);
        if (last.length > LAST_LINES) last.shift();
        onStderr(line);
      },
    });
    if (code !== 0) throw new Error(buildFailed(args[0] ?? "", code, last));
  };

  let downloaded = 0;
  let packages = 0;
  await reporting(
    options.log,
    () => `downloading Go modules, ${downloaded} so far`,
    () =>
      run(
        ["list", "-mod=readonly", "-deps", PACKAGE],
        (line) => (downloaded += line.startsWith("go: downloading ") ? 1 : 0),
        () => packages++,
      ),
  );
  let compiled = 0;
  const output = path.join(folder, "bin", "pulumi");
  const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-v", "-ldflags", `-s -w ${VERSION_FLAG}`];
  await reporting(
    options.log,
    () => `compiled ${compiled} of at most ${packages} packages`,
    () =>
      run(
        ["build", ...flags, "-o", output, PACKAGE],
        (line) => (compiled += line.startsWith("go: ") ? 0 : 1),
        () => {},
      ),
  );
  options.log(`built the Pulumi engine in ${formatElapsed((Date.now() - started) / 1000)}`);
}

async function reporting(log: (line: string) => void, state: () => string, work: () => Promise<void>): Promise<void> {
  const stop = reportProgress(log, "building the Pulumi engine", state);
  try {
    await work();
  } finally {
    stop();
  }
}

function buildFailed(command: string, code: number, last: string[]): string {
  return [
    `Building the Pulumi engine ${ENGINE_VERSION} failed: "go ${command}" ended with status ${code}.`,
    ...last.map((line) => `    ${line}`),
    "If modules could not be downloaded, check the network and $GOPROXY (go env GOPROXY); or install the Pulumi CLI",
    "yourself (https://www.pulumi.com/docs/iac/download-install/) and put it on $PATH.",
  ].join("\n");
}

async function findGo(module: string, options: GoBuildOptions): Promise<string> {
  const needed = goVersionNeeded(module);
  const advice =
    `Install Go ${formatVersion(needed)} or later (https://go.dev/doc/install) and put it on $PATH, ` +
    `or install the Pulumi CLI itself (https://www.pulumi.com/docs/iac/download-install/).`;
  const go = findOnPath("go", options.searchPath);
  if (!go) throw new Error(`Building the Pulumi engine needs Go, and there is no "go" on $PATH. ${advice}`);
  const version = await askVersion(go, ["version"]);
  if (!version.found) throw new Error(`Building the Pulumi engine needs Go, and ${version.reason} ${advice}`);
  if (!isAtLeast(version.found, needed)) {
    throw new Error(
      `Building the Pulumi engine needs Go ${formatVersion(needed)} or later, and ${go} is ` +
        `${formatVersion(version.found)}. ${advice}`,
    );
  }
  return go;
}

function goVersionNeeded(module: string) {
  const line = /^go (\S+)$/m.exec(readFileSync(path.join(module, "go.mod"), "utf8"));
  const version = line?.[1] ? parseVersion(line[1]) : undefined;
  if (!version) throw new Error(`${path.join(module, "go.mod")} has no "go" line; restore it from the repository.`);
  return version;
}

/** go.mod and go.sum stay where they are in the repository: the compiler copies TypeScript only. */
function moduleFolder(): string {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const module = path.join(folder, "local", "engine", "go");
    if (existsSync(path.join(module, "go.mod"))) return module;
  }
  throw new Error(`local/engine/go/go.mod is not above ${__dirname}; run Firebreak from its checkout.`);
}
