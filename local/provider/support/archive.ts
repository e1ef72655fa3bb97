import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { unzipSync, zipSync, type Zippable } from "fflate";
import { isArchive, isAsset, type Archive, type Asset } from "../protocol/values";

/** Every entry has this date, so that the same content gives the same bytes; zip knows no earlier one. */
const entryDate = new Date(1980, 0, 1);

/** Readable by everybody, as Lambda needs it: a regular file, 0644. */
const entryMode = { os: 3, attrs: (0o100644 << 16) >>> 0 } as const;

/**
 * The bytes of a function's archive. A path to a zip file is taken as it is; a folder, and an archive of assets, are
 * zipped with sorted names and a fixed date.
 *
 * @throws Error where a file is not there; relative paths are taken from the folder this process runs in
 */
export async function archiveBytes(archive: Archive): Promise<Uint8Array> {
  if (archive.path !== undefined && (await isFile(archive.path))) return readFile(resolve(archive.path));
  const files = await archiveFiles(archive);
  const sorted: Zippable = {};
  for (const name of Object.keys(files).sort()) sorted[name] = [files[name] ?? new Uint8Array(), entryMode];
  return zipSync(sorted, { mtime: entryDate, level: 6 });
}

/** The bytes of one asset. */
export async function assetBytes(asset: Asset): Promise<Uint8Array> {
  if (asset.text !== undefined) return Buffer.from(asset.text);
  if (asset.path !== undefined)
    return readFile(resolve(asset.path)).catch((error: unknown) => notThere(asset.path, error));
  throw new Error(`The local provider reads assets from text and files, not from ${asset.uri ?? "nothing"}.`);
}

/** SHA-256 as Lambda gives it. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}

async function archiveFiles(archive: Archive): Promise<Record<string, Uint8Array>> {
  if (archive.path !== undefined) {
    if (await isFile(archive.path)) return unzipSync(await readFile(resolve(archive.path)));
    return folderFiles(resolve(archive.path));
  }
  if (!archive.assets)
    throw new Error(`The local provider reads archives from assets and files, not from ${archive.uri}.`);
  const files: Record<string, Uint8Array> = {};
  for (const [name, member] of Object.entries(archive.assets)) {
    if (isAsset(member)) files[name] = await assetBytes(member);
    else if (isArchive(member)) {
      for (const [inner, bytes] of Object.entries(await archiveFiles(member))) files[`${name}/${inner}`] = bytes;
    }
  }
  return files;
}

async function folderFiles(folder: string): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    files[file.slice(folder.length + 1).replaceAll("\\", "/")] = await readFile(file);
  }
  return files;
}

async function isFile(path: string): Promise<boolean> {
  return stat(resolve(path)).then(
    (found) => found.isFile(),
    (error: unknown) => notThere(path, error),
  );
}

function notThere(path: string | undefined, cause: unknown): never {
  throw new Error(
    `Cannot read the asset "${path}" (looked at ${resolve(path ?? "")}). The local provider takes relative paths from ` +
      "the folder it was started in: start it where the Pulumi program is, or give an absolute path.",
    { cause },
  );
}
