import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { commandNames } from "../../rollout/cli";

const root = join(__dirname, "..", "..", "..");
const items = 36;

interface Row {
  item: number;
  state: string;
  missing: string;
  shownBy: string;
}

function statusRows(): Row[] {
  return readFileSync(join(root, "docs/status.md"), "utf8")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter((cells) => /^\d+$/.test(cells[1] ?? ""))
    .map((cells) => ({ item: Number(cells[1]), state: cells[3] ?? "", missing: cells[4] ?? "", shownBy: cells[5] ?? "" }));
}

/** What a row names in backticks: test files, npm scripts, commands of firebreak. */
function named(row: Row): string[] {
  return [...row.shownBy.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");
}

function exists(name: string): boolean {
  const scripts = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts as Record<string, string>;
  const [tool, ...words] = name.split(" ");
  if (tool === "npm") return (words[0] === "run" ? words[1] : words[0]) as string in scripts || words[0] === "cit";
  if (tool === "firebreak") return commandNames().includes(words[0] as string);
  if (tool === "pulumi") return existsSync(join(root, "Pulumi.yaml"));
  return existsSync(join(root, name));
}

describe("docs/status.md", () => {
  it("has one row for every numbered item of the specification", () => {
    expect(statusRows().map(({ item }) => item)).to.deep.equal(Array.from({ length: items }, (_, index) => index + 1));
  });

  it("says works, partly or not yet, and what is missing unless it works", () => {
    for (const row of statusRows()) {
      expect(row.state, `item ${row.item}`).to.be.oneOf(["works", "partly", "not yet"]);
      if (row.state === "partly") expect(row.missing, `item ${row.item} is partly done`).not.to.equal("");
    }
  });

  it("names, for what works or partly works, a command or test, and each exists", () => {
    for (const row of statusRows()) {
      const names = named(row);
      if (row.state !== "not yet") expect(names, `item ${row.item} names nothing that shows it`).not.to.be.empty;
      for (const name of names) expect(exists(name), `item ${row.item} names ${name}, which does not exist`).to.equal(true);
    }
  });
});
