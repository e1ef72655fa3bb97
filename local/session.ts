import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startEmulator } from "./emulator";
import type { Emulator } from "./emulator";
import { ensureEngine } from "./engine";
import type { Engine } from "./engine";
import { startProvider } from "./provider";
import { emulatorOrganization, startServices } from "./services";
import type { Services } from "./services";
import { makeWorld, planOrganization } from "./world";
import type { Layout, World } from "./world";

export interface SessionOptions {
  /** Service accounts. */
  accounts: number;
  prefix: string;
  signal?: AbortSignal;
  /** Told what the parts say. */
  log: (line: string) => void;
}

/** A running organisation on this machine: engine, emulator, provider, accounts. Nothing is deployed in it yet. */
export interface Session {
  /** Everything of this session lies in here; it goes with the session. */
  dir: string;
  prefix: string;
  engine: Engine;
  emulator: Emulator;
  /** AWS services that the emulator passes on. */
  services: Services;
  providerPort: number;
  world: World;
  /** How long the parts took, in milliseconds. */
  took: { parts: number; world: number };
  /** Ends every part and removes the folder; may be called twice. */
  close(): Promise<void>;
}

const folderPrefix = "firebreak-local-";

/** The checkout: where node_modules, compiled program and policy pack are. */
export const checkout = findCheckout();

/** Starts engine, emulator and provider side by side, then makes the organisation. Ends all of it should one fail. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const { signal, log, prefix } = options;
  const layout = planOrganization(options.accounts);
  await removeLeftovers();
  const dir = await mkdtemp(path.join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const ends: (() => unknown)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      for (const end of ends.reverse()) await end();
      await rm(dir, { recursive: true, force: true });
    })();
    return closing;
  };
  try {
    const started = Date.now();
    await Promise.all(["emulator", "tmp"].map((name) => mkdir(path.join(dir, name))));
    const [engine, emulator] = await both(
      ensureEngine({ log, signal }),
      startEmulator({
        dir: path.join(dir, "emulator"),
        managementAccountId: layout.management.id,
        defaultAccountId: layout.management.id,
        nodeModules: path.join(checkout, "node_modules"),
        log,
        signal,
      }).then((emulator) => {
        ends.push(() => emulator.stop());
        return emulator;
      }),
    );
    const services = await serveBeside(emulator, layout, ends, log);
    const parts = Date.now();
    const world = await makeWorld(emulator, layout, prefix);
    ends.push(() => world.close());
    const provider = await startProvider({
      endpoint: emulator.endpoint,
      credentials: world.pipeline,
      region: layout.region,
      log,
    });
    ends.push(() => provider.stop());
    const took = { parts: parts - started, world: Date.now() - parts };
    return { dir, prefix, engine, emulator, services, providerPort: provider.port, world, took, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts the services that the emulator lacks, and has it pass their requests on. */
async function serveBeside(
  emulator: Emulator,
  layout: Layout,
  ends: (() => unknown)[],
  log: (line: string) => void,
): Promise<Services> {
  const managementAccountId = layout.management.id;
  const rootCredentials = (account: string) => emulator.rootCredentials(account);
  const organization = emulatorOrganization({
    endpoint: emulator.endpoint,
    managementAccountId,
    credentials: rootCredentials(managementAccountId),
  });
  ends.push(() => organization.destroy());
  const secret = randomBytes(24).toString("hex");
  const services = await startServices({
    emulatorEndpoint: emulator.endpoint,
    organization,
    rootCredentials,
    secret,
    log,
  });
  ends.push(() => services.stop());
  await emulator.serve({ ...services, secret });
  return services;
}

/** Waits for both even if one fails, so that nothing starts behind the back of whoever cleans up. */
async function both<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

/** Removes folders of sessions that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1]);
    if (pid && !isAlive(pid)) await rm(path.join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function findCheckout(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    try {
      require.resolve(path.join(folder, "package.json"));
      return folder;
    } catch (error) {
      if (folder === path.dirname(folder)) throw error;
    }
  }
}
