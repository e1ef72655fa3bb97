import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { IAM } from "@aws-sdk/client-iam";
import { Lambda } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { eventually, functionZip, MANAGEMENT, SECURITY, startWorld, trust, type World } from "./support";

/** Starts an emulator in a process of its own, and tells its pid: that process can then be killed. */
const STARTER = `
  const { startEmulator } = require(process.argv[1]);
  startEmulator(JSON.parse(process.argv[2])).then((e) => console.log(JSON.stringify({ pid: e.pid, endpoint: e.endpoint })));
  setInterval(() => undefined, 1000);
`;

const alive = (group: number) =>
  execFileSync("ps", ["-eo", "pgid=,stat="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/))
    .filter(([pgid, stat]) => Number(pgid) === group && stat![0] !== "Z").length;
const gone = (group: number) => eventually(async () => (alive(group) === 0 ? true : undefined), 5_000);

async function startWorker(world: Pick<World, "root">): Promise<void> {
  const iam = new IAM(world.root(SECURITY));
  const { Role } = await iam.createRole({
    RoleName: "fn",
    AssumeRolePolicyDocument: trust({ Service: "lambda.amazonaws.com" }),
  });
  const lambda = new Lambda(world.root(SECURITY));
  await lambda.createFunction({
    FunctionName: "fn",
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    Role: Role!.Arn!,
    Code: { ZipFile: functionZip("exports.handler = async (e) => { if (e.loop) for (;;); return 1; };") },
    Timeout: 60,
  });
  await lambda.invoke({ FunctionName: "fn" });
  await lambda.invoke({ FunctionName: "fn", InvocationType: "Event", Payload: Buffer.from('{"loop":true}') });
}

describe("emulator: its lifetime", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "firebreak-emulator-"));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it("ends with a parent that is killed, and takes busy Lambda workers along", async () => {
    const options = {
      dir,
      managementAccountId: MANAGEMENT,
      defaultAccountId: SECURITY,
      nodeModules: path.resolve("node_modules"),
    };
    const entry = require.resolve("../../../local/emulator");
    const script = STARTER.replace("JSON.parse(process.argv[2])", "{ ...JSON.parse(process.argv[2]), log() {} }");
    const parent = spawn(process.execPath, ["-e", script, entry, JSON.stringify(options)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: parent.stdout }), "line");
    const { pid, endpoint } = JSON.parse(line as string) as { pid: number; endpoint: string };
    await startWorker({
      root: (id) => ({ endpoint, region: "eu-central-1", credentials: { accessKeyId: id, secretAccessKey: "root" } }),
    });
    expect(alive(pid)).to.be.greaterThan(1);
    parent.kill("SIGKILL");
    await gone(pid);
  });

  it("leaves no worker when the emulator itself is killed", async () => {
    const world = await startWorld();
    await startWorker(world);
    process.kill(world.emulator.pid, "SIGKILL");
    await world.emulator.exited;
    await gone(world.emulator.pid);
    await world.end();
  });

  it("stops when told to, twice over, and leaves nothing in the machine's temporary folder", async () => {
    const before = await readdir(tmpdir());
    const world = await startWorld();
    await startWorker(world);
    await world.emulator.stop();
    await world.emulator.stop();
    expect(alive(world.emulator.pid)).to.equal(0);
    await world.end();
    const left = (await readdir(tmpdir())).filter((name) => !before.includes(name));
    expect(left.filter((name) => /ministack|lambda|emulator/.test(name))).to.deep.equal([]);
  });

  it("runs beside another, each with a world of its own", async () => {
    const [one, two] = await Promise.all([startWorld(), startWorld()]);
    await new IAM(one.root(SECURITY)).createUser({ UserName: "only-here" });
    const { Users } = await new IAM(two.root(SECURITY)).listUsers({});
    expect(Users).to.deep.equal([]);
    await Promise.all([one.end(), two.end()]);
  });

  it("listens on the loopback address only, and keeps its own pages from everybody else", async () => {
    const world = await startWorld();
    expect(new URL(world.emulator.endpoint).hostname).to.equal("127.0.0.1");
    const stranger = await fetch(`${world.emulator.endpoint}/_firebreak/faults`);
    expect(stranger.status).to.equal(403);
    const reset = await fetch(`${world.emulator.endpoint}/_ministack/reset`, { method: "POST" });
    expect(reset.status).to.equal(404);
    await world.end();
  });
});
