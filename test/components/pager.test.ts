import { expect } from "chai";
import { ofType, only, statement } from "../support/pulumi-mocks";
import { runProgram } from "../support/run-program";
import { goodMasterConfig } from "../support/stack-config";

const contacts = {
  ana: {
    name: "Ana Ruiz",
    channels: { email: "ana@example.com", sms: "+34600000001" },
    plan: [{ minute: 0, channels: ["email"] }],
  },
};
const people = {
  contacts: JSON.stringify(contacts),
  escalation: JSON.stringify([{ minute: 0, engage: ["ana"] }]),
};

describe("the pager", function () {
  this.timeout(60_000);

  describe("with people to page", () => {
    before(() => runProgram("master", { ...goodMasterConfig, ...people, reservedConcurrency: "7" }));

    it("has a topic for every channel, and the function's role may publish to these alone", () => {
      const topics = ofType("aws:sns/topic:Topic").map(({ inputs }) => inputs.name);
      expect(topics).to.include.members(["firebreak-page-ana-email", "firebreak-page-ana-sms"]);
      const { policy } = only("aws:iam/rolePolicy:RolePolicy", "page-policy").inputs;
      expect(statement(policy, "Page").Resource).to.have.length(2);
    });

    it("limits functions and Scheduler's role to the group of its own", () => {
      const group = /schedule\/firebreak-pages\/\*$/;
      const create = only("aws:iam/rolePolicy:RolePolicy", "page-policy").inputs.policy;
      expect(String(statement(create, "LaterStages").Resource)).to.match(group);
      const cancel = only("aws:iam/rolePolicy:RolePolicy", "acknowledge-policy").inputs.policy;
      expect(String(statement(cancel, "Silence").Resource)).to.match(group);
      const { assumeRolePolicy } = only("aws:iam/role:Role", "pager-scheduler-role").inputs;
      expect(statement(assumeRolePolicy, "TakenForGroup").Condition).to.have.nested.property(
        "StringEquals.aws:SourceArn",
      );
    });

    it("lets one role sign links, and another check them", () => {
      const { policy } = only("aws:kms/key:Key", "pager-links-key").inputs;
      const role = (sid: string) => JSON.stringify(statement(policy, sid).Condition);
      expect(role("PagerSigns")).to.contain(":role/firebreak-page");
      expect(role("AcknowledgementChecks")).to.contain(":role/firebreak-acknowledge");
    });

    it("bounds what requests to the links' address can take", () => {
      const { inputs } = ofType("aws:lambda/function:Function").find(
        ({ inputs: { name } }) => name === "firebreak-acknowledge",
      ) ?? { inputs: {} };
      expect(inputs).to.have.property("reservedConcurrentExecutions", 7);
    });

    it("is called by every playbook between notification and closing", () => {
      for (const { inputs } of ofType("aws:sfn/stateMachine:StateMachine")) {
        const { States } = JSON.parse(String(inputs.definition)) as { States: Record<string, { Next?: string }> };
        expect([States.Notify?.Next, States.Page?.Next]).to.deep.equal(["Page", "Close"]);
      }
    });
  });

  it("is not there without anybody to page", async () => {
    await runProgram("master", goodMasterConfig);
    expect(ofType("aws:scheduler/scheduleGroup:ScheduleGroup")).to.deep.equal([]);
    expect(ofType("aws:lambda/functionUrl:FunctionUrl")).to.deep.equal([]);
  });
});
