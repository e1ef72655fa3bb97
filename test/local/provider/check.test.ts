import { expect } from "chai";
import { checkInputs, type CheckRequest } from "../../../local/provider/lifecycle/check";
import { unknownValue } from "../../../local/provider/protocol/values";
import type { ResourceDefinition } from "../../../local/provider/resources/definition";
import type { ResourceSchema } from "../../../local/provider/schema/types";

const schema: ResourceSchema = {
  token: "aws:test/thing:Thing",
  inputs: {
    name: { required: false, type: { kind: "string" } },
    size: { required: false, type: { kind: "number" } },
    mode: { required: true, type: { kind: "string" } },
    policy: { required: false, type: { kind: "document" } },
    other: { required: false, type: { kind: "string" } },
    forgotten: { required: false, type: { kind: "string" } },
    tags: { required: false, type: { kind: "map", values: { kind: "string" } } },
    rules: {
      required: false,
      type: {
        kind: "list",
        items: { kind: "object", properties: { status: { required: true, type: { kind: "string" } } } },
      },
    },
  },
  outputs: { arn: { optional: false } },
};

const definition: ResourceDefinition = {
  token: "aws:test/thing:Thing",
  name: { maxLength: 20 },
  properties: {
    name: { replace: true, pattern: /^[\w-]+$/ },
    size: { default: 1, min: 1, max: 5 },
    mode: { oneOf: ["a", "b"] },
    policy: { json: "policy" },
    "rules.status": { oneOf: ["on", "off"] },
  },
  supports: ["other"],
  conflicts: [["size", "other"]],
  tagging: { tag: async () => undefined, untag: async () => undefined },
  create: async () => "id",
  read: async () => ({}),
  delete: async () => undefined,
};

function check(news: Record<string, unknown>, more: Partial<CheckRequest> = {}) {
  const request = { logicalName: "my", olds: {}, news, seed: Buffer.from("seed"), defaultTags: {}, ...more };
  const { inputs, failures } = checkInputs(request, definition, schema);
  return { inputs, reasons: failures.map(({ reason }) => reason) };
}

describe("checking inputs", () => {
  it("fills in defaults and a name, and says which it filled in", () => {
    const { inputs, reasons } = check({ mode: "a" });
    expect(reasons).to.deep.equal([]);
    expect(inputs["name"]).to.match(/^my-[0-9a-f]{7}$/);
    expect(inputs).to.deep.include({ size: 1, __defaults: ["name", "size"] });
  });

  it("gives the same name for the same seed, and keeps the name of an earlier check", () => {
    const first = check({ mode: "a" }).inputs;
    expect(check({ mode: "a" }).inputs["name"]).to.equal(first["name"]);
    expect(check({ mode: "b" }, { olds: first, seed: Buffer.from("new") }).inputs["name"]).to.equal(first["name"]);
  });

  it("refuses an automatic name that is too long, and follows the naming settings of the stack", () => {
    expect(check({ mode: "a" }, { logicalName: "x".repeat(20) }).reasons.join()).to.match(/longer than 20 characters/);
    const enforced = check({ mode: "a" }, { naming: { mode: "enforce", proposedName: "exact" } });
    expect(enforced.inputs["name"]).to.equal("exact");
    expect(check({ mode: "a" }, { naming: { mode: "disable", proposedName: "" } }).reasons.join()).to.match(/disabled/);
  });

  it("leaves out a default that conflicts with what is given", () => {
    const { inputs, reasons } = check({ mode: "a", other: "x" });
    expect(inputs).not.to.have.property("size");
    expect(reasons).to.deep.equal([]);
  });

  it("merges default tags under the resource's own", () => {
    const { inputs } = check({ mode: "a", tags: { a: "own" } }, { defaultTags: { a: "default", b: "default" } });
    expect(inputs["tags"]).to.deep.equal({ a: "own", b: "default" });
  });

  it("brings text to the declared type, and objects to JSON", () => {
    const { inputs } = check({ mode: "a", size: "3", policy: { Version: "2012-10-17" } });
    expect(inputs).to.include({ size: 3, policy: '{"Version":"2012-10-17"}' });
  });

  it("accepts what is not known yet", () => {
    const given = { mode: unknownValue, size: unknownValue, policy: { Statement: unknownValue }, rules: unknownValue };
    expect(check({ ...given }).reasons).to.deep.equal([]);
  });

  for (const [what, news, says] of [
    [
      "a missing input",
      {},
      /The argument "mode" is required, but no definition was found\. Examine values at 'my\.mode'/,
    ],
    ["an unknown input", { mode: "a", colour: "red" }, /Invalid or unknown key\. Examine values at 'my\.colour'/],
    ["an unknown nested input", { mode: "a", rules: [{ status: "on", x: 1 }] }, /'my\.rules\[0\]\.x'/],
    ["an input that is not implemented", { mode: "a", forgotten: "x" }, /does not implement "forgotten"/],
    ["a value of the wrong type", { mode: "a", size: [] }, /expected number type, got a list/],
    ["a value outside its range", { mode: "a", size: 6 }, /expected size to be in the range \(1 - 5\), got 6/],
    ["a value outside its list", { mode: "c" }, /expected mode to be one of \["a" "b"\], got c/],
    ["a nested value outside its list", { mode: "a", rules: [{ status: "?" }] }, /rules\[0\]\.status to be one of/],
    ["text that does not match", { mode: "a", name: "a b" }, /invalid value for name/],
    ["text that is no JSON", { mode: "a", policy: "{" }, /"policy" contains an invalid JSON policy/],
    ["conflicting inputs", { mode: "a", size: 2, other: "x" }, /"other": conflicts with size/],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(check(news).reasons.join("\n")).to.match(says);
    });
  }
});
