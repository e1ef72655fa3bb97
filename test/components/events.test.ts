import { expect } from "chai";
import { ec2InstanceCompromised } from "../../playbooks/ec2-instance-compromised";
import { actionsOf } from "../../playbooks/playbook";
import { declared, ofType, only, statement } from "../support/pulumi-mocks";
import { runProgram } from "../support/run-program";
import { goodConfig, goodMasterConfig } from "../support/stack-config";

const busArn = "arn:aws:events:eu-central-1:111122223333:event-bus/firebreak-findings";
const allManagementEvents = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
const linked = { linkedRegions: '["us-east-1"]' };

describe("the way of a finding", function () {
  this.timeout(60_000);

  describe("from a service account", () => {
    before(() => runProgram("service-444455556666", { ...goodConfig, ...linked }));

    it("begins with one rule in each region, which sees events that only read as well", () => {
      const rules = ofType("aws:cloudwatch/eventRule:EventRule").map(({ inputs }) => inputs);
      expect(rules.map(({ region }) => region)).to.deep.equal(["eu-central-1", "us-east-1"]);
      for (const rule of rules) {
        expect(rule).to.include({ name: "firebreak-forward-findings", state: allManagementEvents });
        expect(rule).not.to.have.property("eventBusName");
        expect(rule.eventPattern).to.equal(rules[0]?.eventPattern);
      }
    });

    it("is the same in a linked region as in the home region", () => {
      const regional = (region: string) =>
        declared
          .filter(({ inputs }) => inputs.region === region)
          .map(({ type, name }) => `${type} ${name.replace(`-${region}`, "")}`);
      expect(regional("us-east-1")).to.have.members(
        regional("eu-central-1").filter((one) => !one.startsWith("pulumi:providers")),
      );
      expect(regional("us-east-1")).to.have.length(10);
    });

    it("goes to the master account's bus by a role that can do nothing else", () => {
      const target = only("aws:cloudwatch/eventTarget:EventTarget", "forward-us-east-1-target-findings").inputs;
      expect(target.arn).to.equal(busArn);
      expect(target.roleArn).to.contain("role/firebreak-forward-findings");
      const policy = only("aws:iam/rolePolicy:RolePolicy", "forward-policy").inputs.policy;
      expect(JSON.parse(String(policy)).Statement).to.deep.equal([
        { Effect: "Allow", Sid: "Forward", Action: "events:PutEvents", Resource: busArn },
      ]);
      const trust = only("aws:iam/role:Role", "forward-role").inputs.assumeRolePolicy;
      expect(statement(trust, "TakenByService").Condition).to.deep.equal({
        StringEquals: { "aws:SourceAccount": "444455556666" },
      });
    });

    it("ends in a queue with an alarm if it cannot be delivered", () => {
      const target = only("aws:cloudwatch/eventTarget:EventTarget", "forward-target-findings").inputs;
      expect(target.deadLetterConfig).to.have.property("arn").that.contains("firebreak-forward-dead-letters");
      const alarm = only("aws:cloudwatch/metricAlarm:MetricAlarm", "forward-alarm").inputs;
      expect(alarm.dimensions).to.deep.equal({ QueueName: "firebreak-forward-dead-letters" });
      expect(alarm.alarmActions).to.deep.equal(["arn:aws:sns:eu-central-1:111122223333:firebreak-notifications"]);
    });

    it("raises its alarm through a topic of the alarm's own region", () => {
      const alarm = only("aws:cloudwatch/metricAlarm:MetricAlarm", "forward-us-east-1-alarm").inputs;
      expect(alarm.alarmActions).to.deep.equal(["arn:aws:sns:us-east-1:111122223333:firebreak-notifications"]);
    });
  });

  describe("in the master account", () => {
    before(() => runProgram("master", { ...goodMasterConfig, ...linked, notificationEmails: '["soc@example.com"]' }));

    it("comes from Security Hub in the home region alone", () => {
      const rules = ofType("aws:cloudwatch/eventRule:EventRule").filter(({ name }) => name.startsWith("forward-"));
      expect(rules.map(({ name }) => name)).to.have.members([
        "forward-rule-findings",
        "forward-rule-security-hub",
        "forward-us-east-1-rule-findings",
      ]);
    });

    it("meets on the bus the patterns it was forwarded by", () => {
      for (const pattern of ["findings", "security-hub"]) {
        const forwarded = only("aws:cloudwatch/eventRule:EventRule", `forward-rule-${pattern}`).inputs;
        const admitted = only("aws:cloudwatch/eventRule:EventRule", `queue-rule-${pattern}`).inputs;
        expect(admitted).to.include({ eventPattern: forwarded.eventPattern, state: forwarded.state });
        expect(String(admitted.eventPattern).length).to.be.at.most(2048);
      }
    });

    it("has people told of what a linked region could not send", () => {
      const { inputs } = only("aws:sns/topic:Topic", "notifications-us-east-1-topic");
      expect(inputs).to.include({ name: "firebreak-notifications", region: "us-east-1" });
      const policy = only("aws:sns/topicPolicy:TopicPolicy", "notifications-us-east-1-policy").inputs.policy;
      expect(statement(policy, "AlarmsOfOrganization").Condition?.ArnLike).to.deep.equal({
        "aws:SourceArn": "arn:aws:cloudwatch:us-east-1:*:alarm:firebreak-*",
      });
    });

    it("enters by a bus that admits the organisation's forwarders alone", () => {
      const { policy } = only("aws:cloudwatch/eventBusPolicy:EventBusPolicy").inputs;
      expect(JSON.parse(String(policy)).Statement).to.deep.equal([
        {
          Effect: "Allow",
          Sid: "OrganizationForwards",
          Principal: "*",
          Action: "events:PutEvents",
          Resource: busArn,
          Condition: {
            StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
            ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/firebreak-forward-findings" },
          },
        },
      ]);
    });

    it("waits in an encrypted queue that only the bus's rule fills", () => {
      const queue = only("aws:sqs/queue:Queue", "queue-queue").inputs;
      expect(queue.kmsMasterKeyId).to.contain("operations-key");
      expect(JSON.parse(String(queue.redrivePolicy))).to.have.property("maxReceiveCount", 3);
      const policy = only("aws:sqs/queuePolicy:QueuePolicy", "queue-policy").inputs.policy;
      const { Principal, Condition } = statement(policy, "RulesSend");
      expect(Principal).to.deep.equal({ Service: "events.amazonaws.com" });
      expect(Condition?.ArnEquals?.["aws:SourceArn"]).to.deep.equal([
        "arn:aws:cloudwatch:eu-central-1:111122223333:firebreak-findings",
        "arn:aws:cloudwatch:eu-central-1:111122223333:firebreak-security-hub",
      ]);
    });

    it("stays invisible six times as long as triage may take", () => {
      const triage = only("aws:lambda/function:Function", "triage-function").inputs;
      const queue = only("aws:sqs/queue:Queue", "queue-queue").inputs;
      expect(queue.visibilityTimeoutSeconds).to.equal(6 * Number(triage.timeout));
    });

    it("is read with failures reported one by one, and not by more functions at a time than are reserved", () => {
      expect(only("aws:lambda/eventSourceMapping:EventSourceMapping").inputs).to.deep.include({
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: 10 },
      });
    });

    it("starts state machines that call their own functions and nothing else", () => {
      const policy = only("aws:iam/rolePolicy:RolePolicy", "ec2-instance-compromised-policy").inputs.policy;
      expect(statement(policy, "OwnFunctions").Resource).to.have.length(actionsOf(ec2InstanceCompromised).length + 2);
      const machine = only("aws:sfn/stateMachine:StateMachine", "ec2-instance-compromised-machine").inputs;
      expect(machine.name).to.equal("firebreak-ec2-instance-compromised");
      expect(machine.tracingConfiguration).to.deep.equal({ enabled: true });
      expect(JSON.parse(String(machine.definition))).to.have.property("StartAt", "Intent");
    });

    it("tells people through a topic that alarms of the organisation reach as well", () => {
      const policy = only("aws:sns/topicPolicy:TopicPolicy", "notifications-policy").inputs.policy;
      expect(statement(policy, "AlarmsOfOrganization").Condition).to.deep.equal({
        StringEquals: { "aws:SourceOrgID": "o-a1b2c3d4e5" },
        ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:*:alarm:firebreak-*" },
      });
      expect(statement(policy, "OnlyOverTls").Effect).to.equal("Deny");
      const subscription = only("aws:sns/topicSubscription:TopicSubscription", "notifications-email-soc@example.com");
      expect(subscription.inputs).to.include({
        protocol: "email",
        endpoint: "soc@example.com",
      });
    });

    it("becomes a case in a table that is encrypted, restorable and protected", () => {
      const table = only("aws:dynamodb/table:Table").inputs;
      expect(table).to.deep.include({ hashKey: "caseId", rangeKey: "sk", pointInTimeRecovery: { enabled: true } });
      expect(table.deletionProtectionEnabled).to.equal(true);
      expect(table.serverSideEncryption).to.have.property("kmsKeyArn").that.contains("operations-key");
      expect(table.globalSecondaryIndexes).to.deep.equal([
        { name: "cases", hashKey: "listed", rangeKey: "openedAt", projectionType: "ALL" },
      ]);
    });
  });
});
