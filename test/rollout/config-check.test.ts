import { expect } from "chai";
import { checkConfig } from "../../rollout/config-check";
import { Failure, exitCodes } from "../../rollout/failure";

const good = {
  "firebreak:organizationId": "o-c642d300a5",
  "firebreak:masterAccountId": "200000000000",
  "firebreak:homeRegion": "eu-west-1",
  "firebreak:externalId": "firebreak-test",
};

function refusal(plans: Parameters<typeof checkConfig>[0]): Failure {
  try {
    checkConfig(plans);
  } catch (error) {
    expect(error).to.be.instanceOf(Failure);
    return error as Failure;
  }
  throw new Error("the config was taken");
}

describe("config of all stacks", () => {
  it("that fits is taken", () => {
    const master = { stack: "master", config: { ...good, "firebreak:vaultRetentionDays": 30 } };
    checkConfig([master, { stack: "service-300000000001", config: good }]);
  });

  it("is refused before anything starts, with every fault of every stack", () => {
    const failure = refusal([
      { stack: "master", config: { ...good, "firebreak:vaultRetentionDays": "a month" } },
      { stack: "service-300000000001", config: { ...good, "firebreak:homeRegion": "Europe" } },
    ]);
    expect(failure.exitCode).to.equal(exitCodes.usage);
    for (const text of ["master", "vaultRetentionDays", "a month", "service-300000000001", "homeRegion", "Europe"])
      expect(failure.message).to.include(text);
  });

  it("leaves keys of other namespaces alone", () => {
    checkConfig([{ stack: "service-300000000001", config: { ...good, "aws:region": "eu-west-1" } }]);
  });
});
