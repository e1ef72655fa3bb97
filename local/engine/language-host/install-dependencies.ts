import type { ServerWritableStream } from "@grpc/grpc-js";
import { InstallDependenciesResponse, type InstallDependenciesRequest } from "@pulumi/pulumi/proto/language_pb";
import { endChild, startChild } from "./children";
import { runtimeOptions } from "./runtime-options";

/** The engine's request to install what a program needs, and the stream that it shows to the user. */
export type InstallCall = ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>;

/** Runs `npm install` in the program's folder (`pulumi install`). */
export function installDependencies(call: InstallCall): Promise<void> {
  const info = call.request.getInfo();
  const folder = info?.getProgramDirectory() || call.request.getDirectory();
  const { packagemanager } = runtimeOptions(info);
  if (packagemanager !== "npm") {
    throw new Error(
      `The runtime option "packagemanager" is "${packagemanager}", and this language host installs with npm only. ` +
        `Run "${packagemanager} install" in ${folder}, or install the official Pulumi CLI.`,
    );
  }
  return new Promise((resolve, reject) => {
    const child = startChild("npm", ["install"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    call.on("cancelled", () => endChild(child));
    child.stdout?.on("data", (text: Buffer) => call.write(new InstallDependenciesResponse().setStdout(text)));
    child.stderr?.on("data", (text: Buffer) => call.write(new InstallDependenciesResponse().setStderr(text)));
    child.once("error", (error) => reject(new Error(`npm could not be started in ${folder}: ${error.message}`)));
    child.once("close", (code) => {
      if (code !== 0) return reject(new Error(`"npm install" in ${folder} ended with status ${code}.`));
      call.end();
      resolve();
    });
  });
}
