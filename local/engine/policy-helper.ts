import { runnerOf } from "./language-host/locate-module";

/**
 * Stands in for `pulumi-analyzer-policy-nodejs ENGINE PACK`, by which an engine without a language host starts a policy
 * pack. It becomes the SDK's own runner, in this process: the one the pack has installed, else this checkout's.
 */
function main(): void {
  const pack = process.argv[3] ?? process.cwd();
  const runner = runnerOf("@pulumi/pulumi/cmd/run-policy-pack", pack);
  process.argv[1] = runner;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- known only now
  require(runner);
}

main();
