import { expect } from "chai";
import { commandNames } from "../../rollout/cli";
import { runFirebreak } from "../support/firebreak";

const nowhere = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
};

describe("firebreak", () => {
  it("has its commands", () => {
    expect(commandNames()).to.include.members(["local", "drill", "cases", "case", "undo", "verify"]);
  });

  for (const name of commandNames())
    it(`${name} --help gives an example, and exits 0`, async () => {
      const { code, stdout } = await runFirebreak([name, "--help"]);
      expect(code).to.equal(0);
      expect(stdout).to.include(`$ firebreak ${name}`);
    });

  it("exits 2 where it is used wrongly, and points to its help", async () => {
    const { code, stderr } = await runFirebreak(["undo"]);
    expect(code).to.equal(2);
    expect(stderr).to.include("missing required argument 'id'").and.to.include("--help");
  });

  it("guesses what a misspelt command was meant to be", async () => {
    const { code, stderr } = await runFirebreak(["verfy"]);
    expect(code).to.equal(2);
    expect(stderr).to.include("Did you mean verify?");
  });

  it("exits 1 and names the mend where AWS cannot be reached", async () => {
    const { code, stderr, stdout } = await runFirebreak(["cases", "--json"], { ...nowhere, AWS_MAX_ATTEMPTS: "1" });
    expect(code).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr).to.include("cannot be reached").and.to.include("AWS_ENDPOINT_URL=http://127.0.0.1:9");
    expect(stderr).not.to.match(/\n\s+at /);
  });

  it("exits 2 where the prefix cannot be one", async () => {
    const { code, stderr } = await runFirebreak(["cases", "--prefix", "Not_A_Prefix"], nowhere);
    expect(code).to.equal(2);
    expect(stderr).to.include("Not_A_Prefix").and.to.include("FIREBREAK_PREFIX");
  });
});
