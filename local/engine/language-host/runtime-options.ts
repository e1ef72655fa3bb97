import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";

/** What `runtime.options` of Pulumi.yaml or PulumiPolicy.yaml may say to a Node.js program. */
export interface RuntimeOptions {
  /** Whether TypeScript is compiled as it is loaded. Default: true, as in the official language host. */
  typescript: boolean;
  /** Arguments of `node` itself. */
  nodeargs: string[];
  /** Another tsconfig.json. */
  tsconfig?: string;
  packagemanager: string;
}

/** Reads the options, and names the one that is wrong. */
export function runtimeOptions(info: ProgramInfo | undefined): RuntimeOptions {
  const given = info?.getOptions()?.toJavaScript() ?? {};
  return {
    typescript: option(given, "typescript", "boolean") ?? true,
    nodeargs: splitArguments(option(given, "nodeargs", "string") ?? ""),
    tsconfig: option(given, "tsconfig", "string"),
    packagemanager: option(given, "packagemanager", "string") ?? "npm",
  };
}

function option(given: object, name: string, type: "boolean"): boolean | undefined;
function option(given: object, name: string, type: "string"): string | undefined;
function option(given: object, name: string, type: string): unknown {
  const value: unknown = (given as Record<string, unknown>)[name];
  if (value === undefined || value === null || typeof value === type) return value ?? undefined;
  throw new Error(`The runtime option "${name}" must be a ${type}, but is ${JSON.stringify(value)}.`);
}

/** Splits as a shell does: blanks separate, quotes keep together, a backslash keeps the next character. */
export function splitArguments(text: string): string[] {
  const found = text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return found.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, (_, double?: string, single?: string, escaped?: string) =>
      double !== undefined ? double.replace(/\\(["\\$`])/g, "$1") : (single ?? escaped ?? ""),
    ),
  );
}

/** Tells the runner, by environment as it expects, whether and how to compile TypeScript. */
export function typescriptEnvironment(options: RuntimeOptions): Record<string, string> {
  return {
    ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(options.tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig } : {}),
  };
}
