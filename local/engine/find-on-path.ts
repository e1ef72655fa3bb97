import { accessSync, constants, statSync } from "node:fs";
import * as path from "node:path";

/** The first executable file called `name` in the folders of `searchPath` (default: $PATH), as the shell finds it. */
export function findOnPath(name: string, searchPath = process.env.PATH ?? ""): string | undefined {
  for (const folder of searchPath.split(path.delimiter)) {
    // An empty entry means the current folder; a tool picked up from there is a trap, not a tool.
    if (folder === "") continue;
    const candidate = path.join(folder, name);
    if (isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** Whether `file` is a file that this user may run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
