import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { parseConfig } from "../../stacks/config";
import { commonKeys, masterKeys, serviceKeys } from "../../stacks/config-schema";
import { managementKeys } from "../../stacks/detection-schema";

/** A sample as a user finds it, and as it is with every key that it explains taken out of its comment. */
function sample(file: string): { keys: string[]; given: Record<string, unknown> } {
  const text = readFileSync(file, "utf8");
  const { config } = parse(text) as { config: Record<string, unknown> };
  const given = Object.entries(config).map(([key, value]) => [key.replace("firebreak:", ""), value]);
  const keys = [...text.matchAll(/^ *(?:# )?firebreak:(\w+):/gm)].map(([, key]) => String(key));
  return { keys, given: Object.fromEntries(given) as Record<string, unknown> };
}

describe("the sample stacks", () => {
  const project = sample("Pulumi.yaml").keys;

  it("explain every key of the master stack", () => {
    const { keys } = sample("Pulumi.master.yaml");
    expect([...keys, ...project]).to.have.members([...Object.keys(commonKeys), ...Object.keys(masterKeys)]);
  });

  it("explain what a service stack needs", () => {
    const { keys } = sample("Pulumi.service.yaml");
    expect([...keys, ...project]).to.have.members([...Object.keys(commonKeys), ...Object.keys(serviceKeys)]);
  });

  it("explain every key of the management stack", () => {
    const { keys } = sample("Pulumi.management.yaml");
    expect([...keys, ...project]).to.have.members([...Object.keys(commonKeys), ...Object.keys(managementKeys)]);
  });

  for (const stack of ["management", "master", "service"]) {
    it(`are refused until every placeholder of ${stack} is replaced`, () => {
      const { given } = sample(`Pulumi.${stack}.yaml`);
      const result = parseConfig(stack, given);
      const found = "problems" in result ? result.problems.map(({ key }) => key) : [];
      expect(found).to.have.members(Object.keys(given));
    });
  }
});
