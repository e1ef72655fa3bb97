import Module from "node:module";
import path from "node:path";
import { deflateRawSync } from "node:zlib";
import type * as pulumi from "@pulumi/pulumi";

/** What Lambda would load. */
export interface LoadedFunction {
  /** Size in the archive, in bytes. */
  zipped: number;
  handler: (event: unknown) => Promise<unknown>;
}

/** The code in a function's archive. */
export async function codeOf(archive: pulumi.asset.AssetArchive): Promise<string> {
  const files = await archive.assets;
  const names = Object.keys(files);
  if (names.join() !== "index.js")
    throw new Error(`The archive holds ${names.join(", ")}; index.js alone was expected`);
  return (files["index.js"] as pulumi.asset.StringAsset).text;
}

/**
 * Takes the code out of a function's archive and loads it as Lambda does, with nothing of the checkout but packages.
 * Clients are made and the environment is read while it loads.
 */
export async function loadArchive(archive: pulumi.asset.AssetArchive): Promise<LoadedFunction> {
  const text = await codeOf(archive);
  const file = path.join(process.cwd(), "index.js");
  const loaded = new Module(file) as Module & { paths: string[]; _compile(code: string, file: string): void };
  loaded.paths = [path.join(process.cwd(), "node_modules")];
  loaded._compile(text, file);
  return { zipped: deflateRawSync(text).length, handler: (loaded.exports as LoadedFunction).handler };
}
