import Table from "cli-table3";

/** Colours only where a person looks, and never where NO_COLOR asks for none. */
function colours(stream: NodeJS.WriteStream): boolean {
  return Boolean(stream.isTTY) && !process.env.NO_COLOR;
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Style = keyof typeof codes;

export function styled(style: Style, text: string): string {
  return colours(process.stdout) ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}

/** A table of plain text; columns as wide as their contents, so that whole ids can be copied. */
export function table(head: string[], rows: string[][]): string {
  const made = new Table({
    head: head.map((title) => styled("bold", title)),
    style: { head: [], border: [], compact: true },
    chars: borders,
  });
  made.push(...rows);
  return made.toString();
}

/** A line under the head and nothing else. */
const borders = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

export function heading(text: string): string {
  return `\n${styled("bold", text)}`;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** `1 entry`, `2 entries`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** 950 → `950 ms`, 12_345 → `12.3 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
