import type * as pulumi from "@pulumi/pulumi";
import { CaseTable } from "../components/case-table";
import { EvidenceVault } from "../components/evidence-vault";
import { FindingBus } from "../components/finding-bus";
import { FindingQueue } from "../components/finding-queue";
import type { Installation } from "../components/installation";
import { InvestigatorRole, investigatorRoleArn } from "../components/investigator-role";
import { LinkedNotifications } from "../components/linked-notifications";
import { NotificationTopic } from "../components/notification-topic";
import { OperationsKey } from "../components/operations-key";
import { actionsIn } from "../components/playbook-steps";
import { functionRoleArn } from "../components/response-function";
import { SigningKey } from "../components/signing-key";
import { triageTimeoutSeconds } from "../components/triage";
import { playbooks } from "../playbooks";
import type { MasterConfig } from "./config";
import { detection } from "./detection";
import { footprint } from "./footprint";
import { accountProvider, installationOf } from "./provider";
import { closeFunction, response } from "./response";

/** The stack of the master account: where findings arrive, cases live, evidence lies and playbooks run. */
export async function master(config: MasterConfig): Promise<Record<string, unknown>> {
  const { masterAccountId } = config;
  const provider = accountProvider(config, masterAccountId);
  const installation = await installationOf(config, provider);
  const opts = { provider };

  const places = keep(config, installation, opts);
  const arrival = receive(config, installation, places, opts);
  const running = response(config, installation, { ...places, ...arrival }, opts);
  const seeing = await detection(config, installation, provider);
  const own = footprint(installation, masterAccountId, opts);
  return {
    accountId: masterAccountId,
    region: config.homeRegion,
    findingBusArn: arrival.bus.arn,
    findingQueueUrl: arrival.queue.url,
    deadLetterQueueUrl: arrival.queue.deadLettersUrl,
    notificationTopicArn: arrival.topic.arn,
    casesTable: places.cases.tableName,
    vaultBucket: places.vault.bucket,
    vaultKeyArn: places.vault.keyArn,
    signingKeyAlias: places.signing.alias,
    investigatorRoleArn: places.investigator.arn,
    ...seeing,
    ...running,
    ...own,
  };
}

/** Where cases and evidence are kept. */
function keep(config: MasterConfig, installation: Installation, opts: pulumi.ComponentResourceOptions) {
  const { protect, investigators, deployRole, vaultRetentionDays } = config;
  const closeRole = functionRoleArn(installation, closeFunction);
  const key = new OperationsKey("operations", { installation, protect }, opts);
  const cases = new CaseTable("cases", { installation, keyArn: key.arn, protect }, opts);
  const signing = new SigningKey("signing", { installation, signer: closeRole, protect }, opts);
  const responders = actionsIn(playbooks).map(({ name }) => functionRoleArn(installation, name));
  const vault = new EvidenceVault(
    "vault",
    {
      installation,
      retentionDays: vaultRetentionDays,
      writers: [...responders, closeRole],
      reader: investigatorRoleArn(installation),
      protect,
    },
    opts,
  );
  const investigator = new InvestigatorRole(
    "investigator",
    { installation, investigators, deployRole, evidenceKeyArn: vault.keyArn },
    opts,
  );
  return { key, cases, signing, vault, investigator };
}

/** Where findings arrive and people are told. */
function receive(
  config: MasterConfig,
  installation: Installation,
  { key }: { key: OperationsKey },
  opts: pulumi.ComponentResourceOptions,
) {
  const keyArn = key.arn;
  const topic = new NotificationTopic(
    "notifications",
    { installation, keyArn, emails: config.notificationEmails },
    opts,
  );
  for (const region of installation.linkedRegions) {
    const { notificationEmails: emails, protect } = config;
    new LinkedNotifications(`notifications-${region}`, { installation, region, emails, protect }, opts);
  }
  const bus = new FindingBus("findings", { installation }, opts);
  const queue = new FindingQueue(
    "queue",
    {
      installation,
      busName: bus.busName,
      keyArn,
      topicArn: topic.arn,
      readerTimeoutSeconds: triageTimeoutSeconds,
    },
    opts,
  );
  return { topic, bus, queue };
}
