/** An operation's place in a REST API. */
export interface Route {
  operation: string;
  method: string;
  pattern: RegExp;
  names: readonly string[];
  /** How much of the path is literal: more goes first. */
  weight: number;
}

/**
 * Reads lines of `METHOD /path/{Name} Operation`. `{Name+}` takes slashes as well; `{ResourceArn}` does too, since an
 * ARN has slashes that some clients encode and others do not.
 */
export function parseRoutes(table: string): Route[] {
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [method, path, operation] = line.trim().split(" ") as [string, string, string];
      const names: string[] = [];
      const source = path.replace(/[.]/g, "\\.").replace(/\{(\w+)(\+?)\}/g, (_, name: string, greedy: string) => {
        names.push(name);
        return greedy || name === "ResourceArn" ? "(.+)" : "([^/]+)";
      });
      const weight = path.replace(/\{[^}]+\}/g, "").length;
      return { operation, method, pattern: new RegExp(`^${source}/?$`), names, weight };
    })
    .sort((a, b) => b.weight - a.weight);
}

/** @returns the operation of a request and what its path names, decoded; nothing where no operation is there */
export function match(routes: readonly Route[], method: string, path: string) {
  for (const route of routes) {
    if (route.method !== method) continue;
    const found = route.pattern.exec(path);
    if (!found) continue;
    const params = Object.fromEntries(route.names.map((name, index) => [name, decoded(found[index + 1] as string)]));
    return { operation: route.operation, params };
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
