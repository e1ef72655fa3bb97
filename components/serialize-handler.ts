import * as pulumi from "@pulumi/pulumi";

/** A function's handler as Lambda calls it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Handler = (event: any) => Promise<unknown>;

/** The entry of every function: `exports.handler` of `index.js`. */
export const handlerEntry = "index.handler";

/**
 * Serialization names the very file that Node.js resolved on this machine; where a package of the runtime's own SDK
 * keeps its entry is that package's affair.
 */
const entryFile = /require\("(@aws-sdk\/[\w-]+)\/dist-cjs\/index\.js"\)/g;

const serialized = new WeakMap<object, Promise<string>>();

/**
 * Serializes the function that `factory` returns, with all that it captures, into one file of JavaScript. The AWS SDK
 * is not in it: Lambda's runtime brings it, and `node_modules` is not walked, which keeps the archive under 20 KB
 * where `aws.lambda.CallbackFunction` would make 6 MB.
 *
 * @param of what the code is made from: serialization takes a while, so that stacks of one process share its result
 * @param factory makes the clients and returns the handler; runs where the function does, once for each environment
 */
export async function serializeHandler(of: object, factory: () => Handler): Promise<pulumi.asset.AssetArchive> {
  const text = serialized.get(of) ?? serialize(factory);
  serialized.set(of, text);
  return new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(await text) });
}

async function serialize(factory: () => Handler): Promise<string> {
  const { text } = await pulumi.runtime.serializeFunction(factory, { isFactoryFunction: true });
  return text.replace(entryFile, 'require("$1")');
}
