import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { declared, settled, startMocks } from "../support/pulumi-mocks";
import { goodConfig, goodMasterConfig, qualified } from "../support/stack-config";
import { program } from "../../stacks";

async function run(stack: string, config: Record<string, string>): Promise<Record<string, unknown>> {
  await startMocks(stack);
  pulumi.runtime.setAllConfig(qualified(config));
  const outputs = await program(stack);
  await settled();
  return outputs;
}

describe("the program", function () {
  this.timeout(60_000);

  it("declares the master stack", async () => {
    const outputs = await run("master", goodMasterConfig);
    console.log(declared.length, Object.keys(outputs));
    const types: Record<string, number> = {};
    for (const { type } of declared) types[type] = (types[type] ?? 0) + 1;
    console.log(types);
    expect(declared.length).to.be.greaterThan(50);
  });
  it("declares the service stack", async () => {
    const outputs = await run("service-444455556666", goodConfig);
    console.log(declared.length, Object.keys(outputs));
    const types: Record<string, number> = {};
    for (const { type } of declared) types[type] = (types[type] ?? 0) + 1;
    console.log(types);
  });
});
