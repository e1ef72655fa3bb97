import { expect } from "chai";
import { playbooks } from "../../playbooks";
import { compilePlaybook } from "../../playbooks/compile";
import { actionsOf, containmentActions } from "../../playbooks/playbook";

interface State {
  Type: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
  Retry?: { ErrorEquals: string[] }[];
  TimeoutSeconds?: number;
  Branches?: Scope[];
  Parameters?: { FunctionName: string; Payload: Record<string, unknown> };
}

interface Scope {
  StartAt: string;
  States: Record<string, State>;
}

const scopesOf = (scope: Scope): Scope[] => [
  scope,
  ...Object.values(scope.States).flatMap(({ Branches = [] }) => Branches.flatMap(scopesOf)),
];

for (const playbook of playbooks) {
  const arns = Object.fromEntries(actionsOf(playbook).map(({ name }) => [name, `arn:function:${name}`]));
  const machine = compilePlaybook(playbook, {
    partition: "aws",
    actions: arns,
    notify: "arn:function:notify",
    close: "arn:function:close",
  }) as unknown as Scope;
  const scopes = scopesOf(machine);
  const contains = playbook.containment.length > 0;
  const states = scopes.flatMap(({ States }) => Object.entries(States));

  describe(`state machine of ${playbook.name}`, () => {
    it("uses each state name once", () => {
      const names = states.map(([name]) => name);
      expect(new Set(names).size).to.equal(names.length);
      for (const name of names) expect(name.length).to.be.at.most(80);
    });

    it("goes only to states of the same branch, and reaches each", () => {
      for (const { StartAt, States } of scopes) {
        const reached = Object.values(States).flatMap(({ Next, Default, Choices = [], Catch = [] }) => [
          ...[...Choices, ...Catch].map((one) => one.Next),
          ...[Next, Default].filter((name) => name !== undefined),
        ]);
        for (const name of [StartAt, ...reached]) expect(States).to.have.property(name);
        expect([StartAt, ...reached]).to.include.members(Object.keys(States));
      }
    });

    it("ends every state that has no next", () => {
      for (const [, { Type, Next, End }] of states) {
        if (Type === "Task" || Type === "Pass" || Type === "Parallel")
          expect(Boolean(Next) !== Boolean(End)).to.equal(true);
      }
    });

    it("gives every task a time limit and retries, and a catch unless it closes the case", () => {
      for (const [name, state] of states.filter(([, { Type }]) => Type === "Task")) {
        expect(state.TimeoutSeconds, name).to.be.greaterThan(0);
        expect(state.Retry, name).to.be.an("array").that.is.not.empty;
        if (!name.startsWith("Close")) expect(state.Catch, name).to.be.an("array").that.is.not.empty;
      }
    });

    it("asks again only for what may pass by itself", () => {
      for (const [name, { Retry = [] }] of states) {
        const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
        if (!/^(Notify|Close)/.test(name)) expect(retried).to.not.include("States.ALL");
        expect(retried).to.not.include.members(["AccessDenied"]);
      }
    });

    it("undoes in reverse order", () => {
      const order: string[] = [];
      const wanted = containmentActions(playbook).map(({ action }) => `${action.name} undo`);
      for (
        let at = wanted.at(-1);
        at?.endsWith(" undo") && !/^(Notify|Close)/.test(at);
        at = machine.States[at]?.Next
      ) {
        order.push(at);
      }
      expect(order).to.deep.equal(wanted.reverse());
    });

    it("expects every action, evidence included, of those who tell and close", () => {
      for (const name of ["Notify", "Close", ...(contains ? ["Notify undo", "Close undo"] : [])]) {
        const payload = machine.States[name]?.Parameters?.Payload;
        expect(payload?.expected).to.deep.equal(actionsOf(playbook).map((action) => action.name));
        expect(payload?.contains).to.equal(contains);
      }
    });

    it("takes evidence before any change", () => {
      expect(machine.States["Face apply"]?.Next).to.equal("Evidence");
      const collectors = machine.States.Evidence?.Branches?.map(({ StartAt }) => StartAt);
      expect(collectors).to.deep.equal(playbook.evidence.map(({ action }) => action.name));
    });

    it("plans only in observe mode, unless there is nothing to contain", () => {
      const modes = JSON.stringify(machine.States.Intent);
      expect(modes.includes("Face plan")).to.equal(contains);
      expect("Nothing to undo" in machine.States).to.equal(!contains);
    });

    it("goes to the end when the resource is gone", () => {
      for (const { Next } of machine.States["Is it still there"]?.Choices ?? []) expect(Next).to.equal("Notify");
    });
  });
}
