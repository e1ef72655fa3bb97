import { types, type inspect as Inspect } from "node:util";

/**
 * Loaded before a program or policy pack. `util.inspect` with colours, by which the SDK prints a program's error, does
 * not end on Node.js 20.20 where a line of the stack is in `node_modules/@scope/file`, with no folder between: it adds
 * to a string until it is too long, which takes up to a minute. The SDK's own source maps make such lines, so that
 * every error of a program would be shown that late. Such an error is printed without colours instead.
 */
const ENDLESS = /node_modules[\\/]@[^\\/\s]+[\\/][^\\/\n]*$/m;

// eslint-disable-next-line @typescript-eslint/no-require-imports -- an import cannot be changed, and that is the point
const util = require("node:util") as { inspect: typeof Inspect };

util.inspect = new Proxy(util.inspect, {
  apply(inspect, self: unknown, args: unknown[]): string {
    const [value, options] = args;
    if (types.isNativeError(value) && hasColors(options)) {
      const plain = Reflect.apply(inspect, self, [value, { ...options, colors: false }]) as string;
      if (ENDLESS.test(plain)) return plain;
    }
    return Reflect.apply(inspect, self, args) as string;
  },
});

function hasColors(options: unknown): options is { colors: true } {
  return typeof options === "object" && options !== null && "colors" in options && options.colors === true;
}
