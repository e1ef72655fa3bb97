import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import type * as TypeScript from "typescript";
import type { PropertySchema, PropertyType, ResourceSchema } from "./types";

const load = createRequire(__filename);

/** Raised for a token whose declaration the installed `@pulumi/aws` does not have. */
export class UnknownTypeError extends Error {}

/** The folder of the installed `@pulumi/aws`. */
export function sdkFolder(): string {
  return dirname(require.resolve("@pulumi/aws/package.json"));
}

/**
 * Derives inputs and outputs of a resource type from the declarations of the installed SDK: the `<Type>Args` interface,
 * the class's output members, and the nested input types in `types/input.d.ts`.
 *
 * @param token for example `aws:sqs/queue:Queue`
 * @throws UnknownTypeError where the SDK has no such type
 */
export function deriveSchema(token: string): ResourceSchema {
  const ts = compiler();
  const [, path, className] = token.split(":");
  const file = join(sdkFolder(), `${path}.d.ts`);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UnknownTypeError(`@pulumi/aws has no resource type ${token} (looked in ${file}).`);
  }
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  const args = source.statements.find(
    (node): node is TypeScript.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(node) && node.name.text === `${className}Args`,
  );
  const declaration = source.statements.find(
    (node): node is TypeScript.ClassDeclaration => ts.isClassDeclaration(node) && node.name?.text === className,
  );
  if (!declaration) throw new UnknownTypeError(`@pulumi/aws does not declare ${className} in ${file}.`);
  return { token, inputs: args ? members(args.members, source, []) : {}, outputs: outputs(declaration, source) };
}

/** Derives the arguments of the `aws` provider itself. */
export function deriveProviderSchema(): Readonly<Record<string, PropertySchema>> {
  const ts = compiler();
  const file = join(sdkFolder(), "provider.d.ts");
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022);
  for (const node of source.statements) {
    if (ts.isInterfaceDeclaration(node) && node.name.text === "ProviderArgs") return members(node.members, source, []);
  }
  throw new Error(`${file} has no ProviderArgs.`);
}

/** Loaded late: the compiler takes a quarter of a second, and with a warm cache nobody needs it. */
function compiler(): typeof TypeScript {
  return load("typescript") as typeof TypeScript;
}

function outputs(declaration: TypeScript.ClassDeclaration, source: TypeScript.SourceFile): ResourceSchema["outputs"] {
  const ts = compiler();
  const found: Record<string, { optional: boolean }> = {};
  for (const member of declaration.members) {
    if (!ts.isPropertyDeclaration(member) || !member.type || !ts.isTypeReferenceNode(member.type)) continue;
    const inner = member.type.typeArguments?.[0];
    if (inner) found[member.name.getText(source)] = { optional: isOptional(inner) };
  }
  return found;
}

function members(
  nodes: Iterable<TypeScript.TypeElement>,
  source: TypeScript.SourceFile,
  within: readonly string[],
): Record<string, PropertySchema> {
  const ts = compiler();
  const found: Record<string, PropertySchema> = {};
  for (const node of nodes) {
    if (!ts.isPropertySignature(node) || !node.type) continue;
    found[node.name.getText(source)] = { required: !node.questionToken, type: propertyType(node.type, source, within) };
  }
  return found;
}

function propertyType(
  node: TypeScript.TypeNode,
  source: TypeScript.SourceFile,
  within: readonly string[],
): PropertyType {
  const ts = compiler();
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
      return { kind: "string" };
    case ts.SyntaxKind.NumberKeyword:
      return { kind: "number" };
    case ts.SyntaxKind.BooleanKeyword:
      return { kind: "boolean" };
  }
  if (ts.isArrayTypeNode(node)) return { kind: "list", items: propertyType(node.elementType, source, within) };
  if (ts.isParenthesizedTypeNode(node)) return propertyType(node.type, source, within);
  if (ts.isTypeLiteralNode(node)) {
    const index = node.members.find(ts.isIndexSignatureDeclaration);
    return index
      ? { kind: "map", values: propertyType(index.type, source, within) }
      : { kind: "object", properties: members(node.members, source, within) };
  }
  if (ts.isUnionTypeNode(node)) return unionType(node, source, within);
  if (ts.isTypeReferenceNode(node)) return referenceType(node, source, within);
  return { kind: "any" };
}

function unionType(
  node: TypeScript.UnionTypeNode,
  source: TypeScript.SourceFile,
  within: readonly string[],
): PropertyType {
  const ts = compiler();
  const choices = node.types
    .filter((choice) => choice.kind !== ts.SyntaxKind.UndefinedKeyword)
    .map((choice) => propertyType(choice, source, within));
  const [only] = choices;
  if (only && choices.length === 1) return only;
  if (choices.every((choice) => choice.kind === "string")) return { kind: "string" };
  if (choices.every((choice) => choice.kind === "asset")) return { kind: "asset" };
  return choices.some((choice) => choice.kind === "string") ? { kind: "document" } : { kind: "any" };
}

function referenceType(
  node: TypeScript.TypeReferenceNode,
  source: TypeScript.SourceFile,
  within: readonly string[],
): PropertyType {
  const name = node.typeName.getText(source);
  const argument = node.typeArguments?.[0];
  if (name === "pulumi.Input" && argument) return propertyType(argument, source, within);
  if (name.startsWith("pulumi.asset.")) return { kind: "asset" };
  if (name.startsWith("enums.") || name === "ARN") return { kind: "string" };
  if (name.startsWith("inputs.")) return nestedType(name.slice("inputs.".length), within);
  // Function arguments name other resources by their class; the engine passes those as their id or ARN.
  return { kind: /^[A-Z]\w*$/.test(name) ? "string" : "any" };
}

/** `s3.BucketGrant`. A type inside itself (WAF statements) is not unrolled for ever: from there on anything goes. */
function nestedType(name: string, within: readonly string[]): PropertyType {
  if (within.includes(name)) return { kind: "any" };
  const parts = name.split(".");
  const [namespace, type] = parts.length === 2 ? parts : [undefined, parts[0]];
  const declared = nestedTypes(namespace).get(type ?? "");
  if (!declared) return { kind: "any" };
  return { kind: "object", properties: members(declared.node.members, declared.source, [...within, name]) };
}

interface NestedType {
  readonly node: TypeScript.InterfaceDeclaration;
  readonly source: TypeScript.SourceFile;
}

const namespaces = new Map<string, Map<string, NestedType>>();

/** Nested input types by name. Only the asked-for namespace of the 6 MB declaration file is parsed. */
function nestedTypes(namespace: string | undefined): Map<string, NestedType> {
  const key = namespace ?? "";
  const known = namespaces.get(key);
  if (known) return known;
  const ts = compiler();
  const file = join(sdkFolder(), "types", "input.d.ts");
  const text = readFileSync(file, "utf8");
  const marker = namespace ? `export declare namespace ${namespace} {` : "";
  const start = text.indexOf(marker);
  const end = namespace ? text.indexOf("\n}\n", start) + 3 : text.indexOf("export declare namespace");
  const source = ts.createSourceFile(file, start < 0 ? "" : text.slice(start, end), ts.ScriptTarget.ES2022);
  const found = new Map<string, NestedType>();
  const visit = (node: TypeScript.Node): void => {
    if (ts.isInterfaceDeclaration(node)) found.set(node.name.text, { node, source });
    else ts.forEachChild(node, visit);
  };
  visit(source);
  namespaces.set(key, found);
  return found;
}

function isOptional(node: TypeScript.TypeNode): boolean {
  const ts = compiler();
  return ts.isUnionTypeNode(node) && node.types.some((choice) => choice.kind === ts.SyntaxKind.UndefinedKeyword);
}
