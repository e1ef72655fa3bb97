import * as pulumi from "@pulumi/pulumi";
import { CaseFunction } from "../components/case-function";
import type { CaseTable } from "../components/case-table";
import type { EvidenceVault } from "../components/evidence-vault";
import type { FindingQueue } from "../components/finding-queue";
import type { Installation } from "../components/installation";
import type { NotificationTopic } from "../components/notification-topic";
import type { OperationsKey } from "../components/operations-key";
import { Pager } from "../components/pager";
import { PlaybookMachine } from "../components/playbook-machine";
import { actionsIn, longestSeconds } from "../components/playbook-steps";
import { declared } from "../components/policy-document";
import type { PolicyStatement } from "../components/policy-document";
import { Responder } from "../components/responder";
import type { FunctionSurroundings } from "../components/response-function";
import type { SigningKey } from "../components/signing-key";
import { Triage } from "../components/triage";
import { closeCaseHandler } from "../functions/close-case";
import { notifyHandler } from "../functions/notify";
import type { Statement } from "../functions/shared/action";
import {
  closeCaseStatements,
  notifyStatements,
  responderStatements,
  triageStatements,
} from "../functions/shared/master-permissions";
import type { MasterResources } from "../functions/shared/master-permissions";
import { playbooks } from "../playbooks";
import { actionsOf } from "../playbooks/playbook";
import type { MasterConfig } from "./config";

/** What the response stands on. */
export interface ResponseParts {
  key: OperationsKey;
  cases: CaseTable;
  vault: EvidenceVault;
  signing: SigningKey;
  topic: NotificationTopic;
  queue: FindingQueue;
}

/** Name of the function that closes cases: its role signs manifests. */
export const closeFunction = "closeCase";

/** Functions, state machines and triage: from a finding in the queue to a closed case. */
export function response(
  config: MasterConfig,
  installation: Installation,
  parts: ResponseParts,
  opts: pulumi.ComponentResourceOptions,
) {
  const { functionArns, notifyArn, closeArn } = functions(config, installation, parts, opts);
  const pager = paging(config, installation, parts, opts);
  const machines = Object.fromEntries(
    playbooks.map((playbook) => {
      const machine = new PlaybookMachine(
        playbook.name,
        {
          installation,
          playbook,
          actionArns: Object.fromEntries(
            actionsOf(playbook).map(({ name }) => [name, functionArns[name] as pulumi.Output<string>]),
          ),
          notifyArn,
          pageArn: pager?.pageArn,
          closeArn,
          keyArn: parts.key.arn,
          topicArn: parts.topic.arn,
          logRetentionDays: config.logRetentionDays,
        },
        opts,
      );
      return [playbook.name, machine.arn];
    }),
  );
  const { queue } = parts;
  const grant = grants(installation, parts);
  const modes = Object.fromEntries(playbooks.map(({ name }) => [name, config.modes[name] ?? "observe"]));
  new Triage(
    "triage",
    {
      surroundings: surroundings(config, installation, parts, {
        FIREBREAK_DEAD_LETTER_QUEUE_URL: queue.deadLettersUrl,
        FIREBREAK_STATE_MACHINES: pulumi.jsonStringify(machines),
        FIREBREAK_MODES: JSON.stringify(modes),
      }),
      queueArn: queue.arn,
      playbooks,
      statements: grant((resources) =>
        pulumi
          .all([queue.arn, queue.deadLettersArn, pulumi.all(Object.values(machines))])
          .apply(([queueArn, deadLetterQueueArn, stateMachineArns]) =>
            triageStatements(resources, { queueArn, deadLetterQueueArn, stateMachineArns }),
          ),
      ),
      reservedConcurrency: config.reservedConcurrency,
    },
    opts,
  );
  return { stateMachineArns: machines, modes, acknowledgeUrl: pager?.acknowledgeUrl };
}

function functions(
  config: MasterConfig,
  installation: Installation,
  parts: ResponseParts,
  opts: pulumi.ComponentResourceOptions,
) {
  const { vault, topic, signing } = parts;
  const grant = grants(installation, parts);
  const evidence = {
    FIREBREAK_VAULT_BUCKET: vault.bucket,
    FIREBREAK_VAULT_KEY_ARN: vault.keyArn,
    FIREBREAK_RETENTION_DAYS: String(config.vaultRetentionDays),
  };
  const functionArns: Record<string, pulumi.Output<string>> = {};
  for (const action of actionsIn(playbooks)) {
    const responder = new Responder(
      action.name,
      {
        action,
        surroundings: surroundings(config, installation, parts, {
          ...evidence,
          FIREBREAK_EXTERNAL_ID: config.externalId,
        }),
        statements: grant((resources) => responderStatements(resources, action.name)),
        timeoutSeconds: longestSeconds(playbooks, action),
        reservedConcurrency: action.kind === "containment" ? config.reservedConcurrency : 0,
      },
      opts,
    );
    functionArns[action.name] = responder.arn;
  }
  const notify = new CaseFunction(
    "notify",
    {
      functionName: "notify",
      description: "Tells people how a case ended",
      handler: notifyHandler,
      surroundings: surroundings(config, installation, parts, { FIREBREAK_TOPIC_ARN: topic.arn }),
      statements: grant((resources) => topic.arn.apply((topicArn) => notifyStatements(resources, { topicArn }))),
    },
    opts,
  );
  const close = new CaseFunction(
    closeFunction,
    {
      functionName: closeFunction,
      description: "Records how a case ended and signs its evidence",
      handler: closeCaseHandler,
      surroundings: surroundings(config, installation, parts, {
        ...evidence,
        FIREBREAK_SIGNING_KEY_ARN: signing.arn,
      }),
      statements: grant((resources) =>
        signing.arn.apply((signingKeyArn) => closeCaseStatements(resources, { signingKeyArn })),
      ),
    },
    opts,
  );
  return { functionArns, notifyArn: notify.arn, closeArn: close.arn };
}

/** Nobody to page, no pager: people then hear of cases through the topic alone. */
function paging(
  config: MasterConfig,
  installation: Installation,
  parts: ResponseParts,
  opts: pulumi.ComponentResourceOptions,
): Pager | undefined {
  const { contacts, onCall, escalation, reservedConcurrency } = config;
  if (escalation.length === 0) return undefined;
  return new Pager(
    "pager",
    {
      surroundings: surroundings(config, installation, parts, {}),
      people: { contacts, onCall, escalation },
      tableArn: parts.cases.arn,
      reservedConcurrency,
    },
    opts,
  );
}

function surroundings(
  config: MasterConfig,
  installation: Installation,
  { key, queue, cases }: ResponseParts,
  environment: Record<string, pulumi.Input<string>>,
): FunctionSurroundings {
  return {
    installation,
    keyArn: key.arn,
    deadLettersArn: queue.deadLettersArn,
    logRetentionDays: config.logRetentionDays,
    environment: {
      FIREBREAK_PREFIX: installation.prefix,
      FIREBREAK_PARTITION: installation.partition,
      FIREBREAK_CASES_TABLE: cases.tableName,
      ...environment,
    },
  };
}

/** Fills a function's declared permissions with the ARNs of this stack. */
function grants(installation: Installation, { cases, vault }: ResponseParts) {
  const { prefix, masterAccountId } = installation;
  return (statements: (resources: MasterResources) => pulumi.Input<Statement[]>): pulumi.Output<PolicyStatement[]> =>
    pulumi
      .all([cases.arn, vault.arn, vault.keyArn])
      .apply(([tableArn, vaultBucketArn, vaultKeyArn]) =>
        pulumi.output(statements({ prefix, tableArn, vaultBucketArn, vaultKeyArn })),
      )
      .apply((filled) => declared(filled, installation, masterAccountId));
}
