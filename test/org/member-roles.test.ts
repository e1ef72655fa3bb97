import { randomBytes } from "node:crypto";
import { GetRolePolicyCommand, ListRolePoliciesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import type { AnyAction, Statement } from "../../functions/shared/action";
import { memberRoleName } from "../../functions/shared/names";
import { actionsIn } from "../../components/playbook-steps";
import { guardDutyHighAbout } from "../../local/drills/guardduty-high";
import { playbooks } from "../../playbooks";
import { ec2InstanceCompromised } from "../../playbooks/ec2-instance-compromised";
import { actionsOf } from "../../playbooks/playbook";
import { changedActions, undoCase } from "../../rollout/undo-case";
import { testOrganization } from "../support/organization";
import type { TestOrganization } from "../support/organization";
import type { Drill } from "../../local/drills";
import type { CaseState } from "../../functions/shared/case";

/** What only undo needs: the response goes well without it, and putting back says what is missing. */
const onlyUndo = ["removeInstanceProfile PutProfileBack"];

describe("a member role that lacks a statement", () => {
  let organization: TestOrganization;

  before(async function () {
    this.timeout(300_000);
    organization = await testOrganization();
  });

  for (const action of actionsIn(playbooks))
    for (const statement of action.permissions)
      it(`${action.name} without ${statement.sid} (${statement.actions.join(", ")})`, async function () {
        this.timeout(120_000);
        const contains = actionsOf(ec2InstanceCompromised).includes(action);
        const drill = contains ? await organization.freshDrill() : guardDutyHighAbout(accessKeyId());
        const restore = await removeStatement(action, statement);
        try {
          await failsNaming(action, statement, drill, contains ? "notContained" : "reported");
        } finally {
          await restore();
        }
      });

  async function failsNaming(action: AnyAction, statement: Statement, drill: Drill, state: CaseState) {
    const result = await organization.drill(drill);
    const caseId = result.whole?.record.caseId ?? "";
    if (onlyUndo.includes(`${action.name} ${statement.sid}`)) {
      expect(result.whole?.record.state).to.equal("contained");
      await organization.asAnalyst((installation) => undoCase(installation, caseId));
      expect((await organization.readCase(caseId)).record.state).not.to.equal("recovered");
    } else {
      expect(result.whole?.record.state, `case ${caseId}`).to.equal(state);
    }
    const { actions } = await organization.readCase(caseId);
    const error = actions.find((one) => one.action === action.name)?.error ?? "no error";
    const { drillAccount } = organization.session.world;
    expect(error).to.include(drillAccount.id);
    expect(error).to.include(memberRoleName(organization.session.prefix, action.name));
    const operations = statement.actions.map((one) => one.split(":")[1] ?? one);
    expect(
      operations.some((one) => error.includes(one)),
      `${error} names one of ${operations.join(", ")}`,
    ).to.equal(true);
    if (changedActions(await organization.readCase(caseId)).length > 0)
      await organization.asAnalyst((installation) => undoCase(installation, caseId)).catch(() => undefined);
  }

  /** Takes the statement out of the deployed role's policy; the answered function puts it back. */
  async function removeStatement(action: AnyAction, { sid }: Statement): Promise<() => Promise<void>> {
    const { world, prefix } = organization.session;
    const { iam } = world.admin(world.drillAccount.id);
    const RoleName = memberRoleName(prefix, action.name);
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      const whole = JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: { Sid?: string }[] };
      const rest = whole.Statement.filter((one) => one.Sid !== sid);
      if (rest.length === whole.Statement.length) continue;
      const put = (Statement: { Sid?: string }[]) => {
        const document = JSON.stringify({ ...whole, Statement: Statement.length > 0 ? Statement : [nothing] });
        return iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: document }));
      };
      await put(rest);
      return async () => {
        await put(whole.Statement);
      };
    }
    throw new Error(`no policy of ${RoleName} has the statement ${sid}`);
  }
});

/** Of a key that no other case is about. */
const accessKeyId = () => `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;

/** A policy has to have a statement: this one allows what nobody asks for. */
const nothing = { Sid: "Nothing", Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" };
