import { expect } from "chai";
import { diffInputs } from "../../../local/provider/lifecycle/diff";
import type { Properties } from "../../../local/provider/protocol/values";
import type { ResourceDefinition } from "../../../local/provider/resources/definition";
import type { ResourceSchema } from "../../../local/provider/schema/types";

const text = { required: false, type: { kind: "string" } } as const;
const schema: ResourceSchema = {
  token: "aws:test/thing:Thing",
  inputs: { name: text, path: text, key: text, note: text, policy: text, region: text },
  outputs: { key: { optional: false }, note: { optional: true }, region: { optional: false } },
};
const definition: ResourceDefinition = {
  token: "aws:test/thing:Thing",
  name: { maxLength: 64 },
  properties: {
    path: { replace: true },
    policy: { json: "policy" },
    actions: { set: true },
    "rule.kind": { replace: true },
  },
  create: async () => "id",
  read: async () => ({}),
  update: async () => undefined,
  delete: async () => undefined,
};

function diff(
  oldInputs: Properties,
  news: Properties,
  more: { region?: string; definition?: ResourceDefinition } = {},
) {
  const request = { oldInputs, olds: { region: "eu-central-1" }, news, region: more.region ?? "eu-central-1" };
  const found = diffInputs(request, more.definition ?? definition, schema);
  return { ...found, detailed: Object.fromEntries(found.detailed) };
}

describe("comparing inputs", () => {
  it("finds nothing between equal inputs, however they are written", () => {
    const statement = { Effect: "Allow", Action: "s3:Get*", Principal: { AWS: "arn:aws:iam::111111111111:root" } };
    const before = { actions: ["a", "b"], policy: JSON.stringify({ Version: "1", Statement: [statement] }) };
    const same = { Principal: { AWS: ["111111111111"] }, Action: ["s3:Get*"], Effect: "Allow" };
    const after = { actions: ["b", "a"], policy: JSON.stringify({ Statement: same, Version: "1" }, undefined, 2) };
    expect(diff(before, after).properties).to.deep.equal([]);
  });

  it("finds a policy that allows something else", () => {
    const policy = (action: string[]) => JSON.stringify({ Statement: [{ Effect: "Allow", Action: action }] });
    expect(diff({ policy: policy(["a"]) }, { policy: policy(["a", "b"]) }).properties).to.deep.equal(["policy"]);
  });

  it("names the smallest paths that differ", () => {
    const before = { list: [{ a: 1, b: 2 }], tags: { "x.y": "1", z: "1" } };
    const after = { list: [{ a: 1, b: 3 }, { a: 4 }], tags: { "x.y": "2", new: "1" } };
    expect(diff(before, after).detailed).to.deep.equal({
      "list[0].b": { kind: "update", replace: false },
      "list[1]": { kind: "add", replace: false },
      'tags["x.y"]': { kind: "update", replace: false },
      "tags.new": { kind: "add", replace: false },
      "tags.z": { kind: "delete", replace: false },
    });
  });

  it("replaces for inputs that cannot change, also nested ones", () => {
    expect(diff({ path: "/" }, { path: "/x/" }).replaces).to.deep.equal(["path"]);
    expect(diff({ rule: { kind: "a", n: 1 } }, { rule: { kind: "b", n: 1 } }).replaces).to.deep.equal(["rule"]);
    expect(diff({ rule: { kind: "a", n: 1 } }, { rule: { kind: "a", n: 2 } }).replaces).to.deep.equal([]);
  });

  it("replaces for every change of a type that cannot be updated", () => {
    const fixed = { ...definition, update: undefined };
    expect(diff({ note: "a" }, { note: "b" }, { definition: fixed }).replaces).to.deep.equal(["note"]);
  });

  it("leaves alone what AWS fills in once it is no longer asked for, but clears what it does not", () => {
    expect(diff({ key: "a" }, {}).properties).to.deep.equal([]);
    expect(diff({ note: "a" }, {}).detailed).to.deep.equal({ note: { kind: "delete", replace: false } });
  });

  it("replaces where the resource would be in another region", () => {
    expect(diff({}, {}, { region: "us-east-1" }).replaces).to.deep.equal(["region"]);
    expect(diff({}, { region: "eu-central-1" }).properties).to.deep.equal([]);
  });

  it("deletes first where an explicit name stays, and not where the name is automatic", () => {
    const explicit = diff({ name: "x", path: "/" }, { name: "x", path: "/y/" });
    const automatic = diff({ name: "x-1", path: "/" }, { name: "x-1", path: "/y/", __defaults: ["name"] });
    expect([explicit.deleteBeforeReplace, automatic.deleteBeforeReplace]).to.deep.equal([true, false]);
  });
});
