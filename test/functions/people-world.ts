import { createHmac } from "node:crypto";
import { GenerateMacCommand, KMSClient, VerifyMacCommand } from "@aws-sdk/client-kms";
import { DescribeAccountCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { CreateScheduleCommand, DeleteScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { AcknowledgeDeps } from "../../functions/acknowledge";
import type { PageDeps } from "../../functions/page";
import type { CaseRecord } from "../../functions/shared/case";
import { openCase } from "../../functions/shared/cases";
import { fakeTable } from "./fake-table";
import { awsError, caseRecord, connection, roster } from "./fixtures";
import { mocked } from "./mocked";

/** AWS as the pager sees it, with a clock that the test sets and a webhook that answers what the test says. */
export async function peopleWorld(record: Partial<CaseRecord> = {}) {
  const { table, items } = fakeTable();
  await openCase(table, caseRecord(record));
  const clock = { now: new Date("2026-11-22T05:10:00.000Z") };
  const posted: { url: string; body: string }[] = [];
  const webhook = { status: 200 };
  const code = (message: Uint8Array | undefined) =>
    createHmac("sha256", "key")
      .update(message ?? "")
      .digest();
  const kms = mocked(KMSClient);
  kms.on(GenerateMacCommand).callsFake(async ({ Message }) => ({ Mac: code(Message) }));
  kms.on(VerifyMacCommand).callsFake(async ({ Message, Mac }) => {
    if (!code(Message).equals(Buffer.from(Mac))) throw awsError("KMSInvalidMacException");
    return { MacValid: true };
  });
  const sns = mocked(SNSClient);
  sns.on(PublishCommand).resolves({ MessageId: "m-1" });
  const organizations = mocked(OrganizationsClient);
  organizations.on(DescribeAccountCommand).resolves({ Account: { Name: "Workload" } });
  const secrets = mocked(SecretsManagerClient);
  secrets.on(GetSecretValueCommand).resolves({ SecretString: "https://hooks.example.com/1" });
  const scheduler = mocked(SchedulerClient);
  scheduler.on(CreateScheduleCommand).resolves({});
  scheduler.on(DeleteScheduleCommand).resolves({});
  const common = {
    table,
    kms: new KMSClient(connection),
    linkKeyArn: "arn:aws:kms:eu-west-1:999999999999:key/l",
    roster,
    schedules: { scheduler: new SchedulerClient(connection), group: "fb-pages" },
    now: () => clock.now,
  };
  const deps: PageDeps & AcknowledgeDeps = {
    ...common,
    organizations: new OrganizationsClient(connection),
    sns: new SNSClient(connection),
    secrets: new SecretsManagerClient(connection),
    topicArnPrefix: "arn:aws:sns:eu-west-1:999999999999:fb-page-",
    acknowledgeUrl: "https://answer.example.com/",
    stateMachineArnPrefix: "arn:aws:states:eu-west-1:999999999999:stateMachine:fb-",
    target: { functionArn: "arn:function", roleArn: "arn:role", deadLettersArn: "arn:queue" },
    post: async (url, body) => {
      posted.push({ url, body });
      return webhook.status;
    },
  };
  const published = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
  const scheduled = () => scheduler.commandCalls(CreateScheduleCommand).map(({ args }) => args[0].input);
  const cancelled = () => scheduler.commandCalls(DeleteScheduleCommand).map(({ args }) => args[0].input);
  return { deps, table, items, clock, posted, webhook, kms, sns, secrets, scheduler, published, scheduled, cancelled };
}

/** No function's log among the tests' lines. */
export function quiet(): void {
  let log: typeof console.log;
  beforeEach(() => {
    log = console.log;
    console.log = () => undefined;
  });
  afterEach(() => {
    console.log = log;
  });
}
