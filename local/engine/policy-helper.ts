import * as path from "node:path";
import "./language-host/inspect-guard";
import { runnerOf } from "./language-host/locate-module";

/**
 * Stands in for `pulumi-analyzer-policy-nodejs ENGINE PACK`, by which an engine without a language host starts a policy
 * pack. It becomes the SDK's own runner, in this process: the one the pack has installed, else this checkout's.
 */
function main(): void {
  const pack = path.resolve(process.argv[3] ?? ".");
  const runner = runnerOf("@pulumi/pulumi/cmd/run-policy-pack", pack);
  // A pack reads its package.json from the current folder.
  process.chdir(pack);
  process.argv = [process.argv[0] ?? process.execPath, runner, process.argv[2] ?? "", pack, ...process.argv.slice(4)];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- known only now
  require(runner);
}

main();
