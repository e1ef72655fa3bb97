import { Client, credentials, status, type ServiceError } from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { inspect } from "node:util";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { programDependencies } from "../../../local/engine/language-host/dependencies";
import { runtimeOptions, splitArguments } from "../../../local/engine/language-host/runtime-options";
import "../../../local/engine/language-host/inspect-guard";

describe("runtime options of a program", () => {
  const withOptions = (options: Record<string, string | boolean | number>) =>
    runtimeOptions(new language.ProgramInfo().setOptions(Struct.fromJavaScript(options)));

  it("compile TypeScript unless told not to", () => {
    expect(runtimeOptions(undefined).typescript).to.equal(true);
    expect(withOptions({ typescript: false }).typescript).to.equal(false);
  });

  it("of the wrong type are named", () => {
    expect(() => withOptions({ typescript: "no" })).to.throw('"typescript" must be a boolean, but is "no"');
    expect(() => withOptions({ nodeargs: 5 })).to.throw('"nodeargs" must be a string, but is 5');
  });

  it("split node's arguments as a shell does", () => {
    expect(splitArguments("--inspect --max-old-space-size=4096")).to.deep.equal([
      "--inspect",
      "--max-old-space-size=4096",
    ]);
    expect(splitArguments(`-r "a b.js" -r 'c "d".js' e\\ f --x="1 2"`)).to.deep.equal([
      ...["-r", "a b.js"],
      ...["-r", 'c "d".js', "e f", "--x=1 2"],
    ]);
    expect(splitArguments("  ")).to.deep.equal([]);
  });
});

describe("dependencies of a program", () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(tmpdir(), "firebreak-deps-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const write = (name: string, content: object) => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), JSON.stringify(content));
  };

  it("are those it names, as installed, else as locked, else as wanted", () => {
    write("package.json", { dependencies: { b: "^2.0.0", a: "^1.0.0" }, devDependencies: { c: "~3.0.0" } });
    write("package-lock.json", { packages: { "": {}, "node_modules/a": { version: "1.0.1" } } });
    write("node_modules/b/package.json", { version: "2.5.0" });
    expect(programDependencies(path.join(root, "sub"), false)).to.deep.equal([
      { name: "a", version: "1.0.1" },
      { name: "b", version: "2.5.0" },
      { name: "c", version: "~3.0.0" },
    ]);
  });

  it("with all they need are those of the lock file", () => {
    write("package.json", { dependencies: { a: "1" } });
    const packages = {
      "": {},
      "node_modules/a": { version: "1.0.1" },
      "node_modules/a/node_modules/@s/d": { version: "4.0.0" },
    };
    write("package-lock.json", { packages });
    expect(programDependencies(root, true)).to.deep.equal([
      { name: "@s/d", version: "4.0.0" },
      { name: "a", version: "1.0.1" },
    ]);
  });
});

describe("printing an error of a program", () => {
  it("ends, and gives the stack, where a line is in node_modules/@scope/file", () => {
    const error = new Error("broken");
    error.stack = "Error: broken\n    at run (/w/node_modules/@pulumi/resource.ts:1:2)";
    expect(inspect(error, { colors: true })).to.contain("/w/node_modules/@pulumi/resource.ts:1:2");
  });

  it("keeps its colours where it can", () => {
    expect(inspect(new Error("broken"), { colors: true })).to.contain("\u001b[");
  });
});

describe("the language host", () => {
  let host: ChildProcess;
  let client: LanguageRuntimeClient;
  let address: string;

  beforeEach(async () => {
    const main = require.resolve("../../../local/engine/language-host/main");
    host = spawn(process.execPath, [main, "127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
    const port = await new Promise<string>((resolve) => host.stdout?.once("data", (text) => resolve(`${text}`.trim())));
    address = `127.0.0.1:${port}`;
    client = new LanguageRuntimeClient(address, credentials.createInsecure());
  });
  afterEach(() => {
    client.close();
    host.kill("SIGKILL");
  });

  it("says which Node.js runs the program", async () => {
    const answer = await new Promise<language.AboutResponse>((resolve, reject) =>
      client.about(new language.AboutRequest(), (error, response) => (error ? reject(error) : resolve(response))),
    );
    expect([answer.getExecutable(), answer.getVersion()]).to.deep.equal([process.execPath, process.version]);
  });

  it("answers UNIMPLEMENTED to what it does not do", async () => {
    const generate = await new Promise<ServiceError | null>((resolve) =>
      client.generateProject(new language.GenerateProjectRequest(), (error) => resolve(error)),
    );
    expect(generate?.code).to.equal(status.UNIMPLEMENTED);
    const unknown = new Client(address, credentials.createInsecure());
    const raw = (buffer: Buffer) => buffer;
    const answer = await new Promise<ServiceError | null>((resolve) =>
      unknown.makeUnaryRequest("/pulumirpc.LanguageRuntime/Unheard", raw, raw, Buffer.alloc(0), (error) =>
        resolve(error),
      ),
    );
    unknown.close();
    expect(answer?.code).to.equal(status.UNIMPLEMENTED);
  });

  it("names the folder in which the program's package.json cannot be read", async () => {
    const root = mkdtempSync(path.join(tmpdir(), "firebreak-deps-"));
    writeFileSync(path.join(root, "package.json"), "{");
    const info = new language.ProgramInfo().setProgramDirectory(root);
    const error = await new Promise<ServiceError | null>((resolve) =>
      client.getProgramDependencies(new language.GetProgramDependenciesRequest().setInfo(info), (failed) =>
        resolve(failed),
      ),
    );
    rmSync(root, { recursive: true });
    expect(error?.details).to.contain(`${root}/package.json cannot be read as JSON`);
  });

  it("ends when the engine does", async () => {
    const closed = new Promise((resolve) => host.once("close", resolve));
    host.stdin?.destroy();
    expect(await closed).to.equal(0);
  });
});
