import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** A package that a program depends on, and the version that is installed. */
export interface Dependency {
  name: string;
  version: string;
}

/**
 * The npm packages of the program in `folder`: those its package.json names (development ones included), or with
 * `transitive` all that its lock file holds. A program without package.json has none.
 */
export function programDependencies(folder: string, transitive: boolean): Dependency[] {
  const manifest = findUp(folder, "package.json");
  if (!manifest) return [];
  const locked = lockedVersions(path.dirname(manifest));
  if (transitive) return sorted(locked.map(({ at, version }) => ({ name: nameAt(at), version })));
  const { dependencies, devDependencies } = readJson<Manifest>(manifest);
  const direct = Object.entries({ ...devDependencies, ...dependencies });
  return sorted(
    direct.map(([name, wanted]) => ({
      name,
      version:
        installedVersion(path.dirname(manifest), name) ??
        locked.find(({ at }) => at === `node_modules/${name}`)?.version ??
        wanted,
    })),
  );
}

interface Manifest {
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

interface LockFile {
  packages?: Record<string, { version?: string; link?: boolean }>;
}

function installedVersion(folder: string, name: string): string | undefined {
  const manifest = findUp(folder, path.join("node_modules", name, "package.json"));
  return manifest ? readJson<Manifest>(manifest).version : undefined;
}

/** What npm wrote down: what it installed, else what it would. The keys are places in node_modules. */
function lockedVersions(folder: string): { at: string; version: string }[] {
  const file = [path.join("node_modules", ".package-lock.json"), "package-lock.json"]
    .map((name) => path.join(folder, name))
    .find((name) => existsSync(name));
  if (!file) return [];
  return Object.entries(readJson<LockFile>(file).packages ?? {}).flatMap(([at, { version, link }]) =>
    at.includes("node_modules/") && version && !link ? [{ at, version }] : [],
  );
}

function nameAt(place: string): string {
  return place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
}

function sorted(dependencies: Dependency[]): Dependency[] {
  return dependencies.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}

function findUp(folder: string, name: string): string | undefined {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const file = path.join(at, name);
    if (existsSync(file)) return file;
    if (at === path.dirname(at)) return undefined;
  }
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${(error as Error).message}`, { cause: error });
  }
}
