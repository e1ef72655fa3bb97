import * as path from "node:path";

/**
 * The file of one of the SDK's runners (`@pulumi/pulumi/cmd/run`), as the program in `folder` has it installed, since a
 * program and its runner must share one SDK. A folder without one of its own (a policy pack of a few files) gets this
 * checkout's.
 */
export function runnerOf(request: string, folder: string): string {
  try {
    return require.resolve(request, { paths: [path.resolve(folder)] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return require.resolve(request);
  }
}

/** Arguments of `node` by which a program is run with inspect-guard loaded first. */
export function guarded(nodeargs: string[]): string[] {
  // `-r` and not `--require`: the SDK takes the long form for a loader of the user's and changes how it loads modules.
  return ["-r", path.join(__dirname, "inspect-guard.js"), ...nodeargs];
}
