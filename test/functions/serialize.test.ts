import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflateRawSync } from "node:zlib";
import { runtime } from "@pulumi/pulumi";
import { expect } from "chai";
import { acknowledgeHandler } from "../../functions/acknowledge";
import { closeCaseHandler } from "../../functions/close-case";
import { notifyHandler } from "../../functions/notify";
import { pageHandler } from "../../functions/page";
import { responderHandler } from "../../functions/shared/responder";
import { triageHandler } from "../../functions/triage";
import { playbooks } from "../../playbooks";
import { actionsOf } from "../../playbooks/playbook";
import { guardDutyEvent, roster } from "./fixtures";

const run = promisify(execFile);
const mostBytes = 20 * 1024;

const environment = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "example",
  FIREBREAK_PREFIX: "fb",
  FIREBREAK_PARTITION: "aws",
  FIREBREAK_CASES_TABLE: "fb-cases",
  FIREBREAK_VAULT_BUCKET: "fb-evidence",
  FIREBREAK_VAULT_KEY_ARN: "arn:aws:kms:eu-west-1:999999999999:key/k",
  FIREBREAK_RETENTION_DAYS: "1",
  FIREBREAK_EXTERNAL_ID: "external",
  FIREBREAK_TOPIC_ARN: "arn:aws:sns:eu-west-1:999999999999:fb",
  FIREBREAK_SIGNING_KEY_ARN: "arn:aws:kms:eu-west-1:999999999999:key/s",
  FIREBREAK_DEAD_LETTER_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/999999999999/fb",
  FIREBREAK_STATE_MACHINES: '{"ec2-instance-compromised":"arn:aws:states:eu-west-1:999999999999:stateMachine:fb"}',
  FIREBREAK_PAGE_TOPICS: "arn:aws:sns:eu-west-1:999999999999:fb-page-",
  FIREBREAK_LINK_KEY_ARN: "arn:aws:kms:eu-west-1:999999999999:key/l",
  FIREBREAK_ACKNOWLEDGE_URL: "https://example.lambda-url.eu-west-1.on.aws/",
  FIREBREAK_STATE_MACHINE_ARN_PREFIX: "arn:aws:states:eu-west-1:999999999999:stateMachine:fb-",
  FIREBREAK_SCHEDULE_GROUP: "fb-pages",
  FIREBREAK_PAGE_FUNCTION_ARN: "arn:aws:lambda:eu-west-1:999999999999:function:fb-page",
  FIREBREAK_SCHEDULER_ROLE_ARN: "arn:aws:iam::999999999999:role/fb-page-scheduler",
  FIREBREAK_DEAD_LETTERS_ARN: "arn:aws:sqs:eu-west-1:999999999999:fb",
  FIREBREAK_MODES: '{"ec2-instance-compromised":"observe"}',
};

const known = playbooks.map(({ name, answers }) => ({ name, answers }));
const factories: Record<string, () => unknown> = {
  triage: () => triageHandler(known),
  notify: () => notifyHandler(),
  closeCase: () => closeCaseHandler(),
  page: () => pageHandler(roster),
  acknowledge: () => acknowledgeHandler(roster),
  ...Object.fromEntries(playbooks.flatMap(actionsOf).map((action) => [action.name, () => responderHandler(action)])),
};

/** Loads the text as Lambda would and prints what the handler gives for an event. */
const driver = `
const { handler } = require(process.argv[2]);
handler(JSON.parse(process.argv[3])).then(
  (value) => console.log("\\n" + JSON.stringify({ value })),
  ({ name, message }) => console.log("\\n" + JSON.stringify({ name, message })),
);`;

describe("serialized functions", function () {
  this.timeout(60_000);
  let folder: string;
  const texts: Record<string, string> = {};

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "firebreak-serialize-"));
    await symlink(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "driver.js"), driver);
    for (const [name, factory] of Object.entries(factories)) {
      texts[name] = (await runtime.serializeFunction(factory, { isFactoryFunction: true })).text;
      await writeFile(join(folder, `${name}.js`), texts[name]);
    }
  });

  after(() => rm(folder, { recursive: true, force: true }));

  async function call(name: string, event: unknown): Promise<{ name?: string; message?: string; value?: unknown }> {
    const args = [join(folder, "driver.js"), join(folder, `${name}.js`), JSON.stringify(event)];
    const { stdout } = await run(process.execPath, args, { env: { ...environment, PATH: process.env.PATH } });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  }

  for (const name of Object.keys(factories)) {
    it(`${name} needs the AWS SDK and Node.js alone`, () => {
      const required = [...(texts[name] ?? "").matchAll(/require\("([^"]+)"\)/g)].map(([, module]) => module ?? "");
      const foreign = required.filter((one) => !one.startsWith("@aws-sdk/") && !builtinModules.includes(one));
      expect(foreign).to.deep.equal([]);
    });

    it(`${name} takes at most 20 KB`, () => {
      expect(deflateRawSync(texts[name] ?? "", { level: 9 }).length).to.be.at.most(mostBytes);
    });

    it(`${name} loads on its own and refuses an event that is none, by name`, async () => {
      const { name: error, message } = await call(name, {});
      expect(error).to.equal("InvalidRequest");
      expect(message).to.match(/wants \{/);
    });
  }

  it("triage drops what no playbook answers, from its serialized text", async () => {
    const event = guardDutyEvent({ type: "Policy:IAMUser/RootCredentialUsage", severity: 2 });
    const body = JSON.stringify(event);
    const queue = "arn:aws:sqs:eu-west-1:999999999999:fb-findings";
    const { value } = await call("triage", { Records: [{ messageId: "1", body, eventSourceARN: queue }] });
    expect(value).to.deep.equal({ batchItemFailures: [] });
  });
});
