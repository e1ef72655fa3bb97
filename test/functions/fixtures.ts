import type { Target } from "../../functions/shared/action";
import type { ActionRecord, CaseRecord } from "../../functions/shared/case";
import type { Roster } from "../../functions/shared/people/roster";
import type { Finding } from "../../functions/shared/finding";

export const account = "111111111111";
export const administrator = "999999999999";
export const instance = "i-0123456789abcdef0";
export const caseId = "c-20261122-050607-3f9a1c2e";

/** Ana by email at once and SMS at 10; from minute 15 Ben's webhook. */
export const roster: Roster = {
  contacts: {
    ana: {
      name: "Ana Ruiz",
      plan: [
        { minute: 0, channels: ["email"] },
        { minute: 10, channels: ["sms"] },
      ],
    },
    ben: {
      name: "Ben Okafor",
      webhook: "arn:aws:secretsmanager:eu-west-1:999999999999:secret:hook-a1b2c3",
      plan: [{ minute: 0, channels: ["webhook"] }],
    },
  },
  onCall: {},
  escalation: [
    { minute: 0, engage: ["ana"] },
    { minute: 15, engage: ["ben"] },
  ],
};

/** What every action acts on in these tests. */
export function target(securityGroups: string[] = []): Target {
  return { caseId, prefix: "fb", finding: finding(securityGroups) };
}

export function finding(securityGroups: string[] = []): Finding {
  return {
    id: "5ec3f1a9",
    source: "guardduty",
    type: "CryptoCurrency:EC2/BitcoinTool.B!DNS",
    title: "An instance asks for a mining pool",
    description: "i-0123456789abcdef0 asks for the name of a mining pool.",
    severity: { label: "HIGH", score: 8 },
    partition: "aws",
    account,
    region: "eu-west-1",
    reportedBy: account,
    resource: {
      type: "AwsEc2Instance",
      id: instance,
      arn: `arn:aws:ec2:eu-west-1:${account}:instance/${instance}`,
      instance: { securityGroups },
    },
    firstSeenAt: "2026-11-22T05:00:00.000Z",
    updatedAt: "2026-11-22T05:05:00.000Z",
    eventAt: "2026-11-22T05:06:00.000Z",
  };
}

/** GuardDuty's finding as EventBridge delivers it, cut to what matters and one field that does not. */
export function guardDutyEvent(detail: Record<string, unknown> = {}, envelope: Record<string, unknown> = {}) {
  return {
    version: "0",
    id: "c8c4daa7-a20c-2f03-0070-b7393dd542ad",
    "detail-type": "GuardDuty Finding",
    source: "aws.guardduty",
    account,
    time: "2026-11-22T05:06:00Z",
    region: "eu-west-1",
    resources: [],
    ...envelope,
    detail: {
      schemaVersion: "2.0",
      accountId: account,
      region: "eu-west-1",
      partition: "aws",
      id: "5ec3f1a9",
      arn: `arn:aws:guardduty:eu-west-1:${account}:detector/d/finding/5ec3f1a9`,
      type: "CryptoCurrency:EC2/BitcoinTool.B!DNS",
      resource: {
        resourceType: "Instance",
        instanceDetails: {
          instanceId: instance,
          networkInterfaces: [
            { networkInterfaceId: "eni-1", securityGroups: [{ groupName: "web", groupId: "sg-0aaaaaaaaaaaaaaaa" }] },
          ],
        },
      },
      service: {
        eventFirstSeen: "2026-11-22T05:00:00Z",
        eventLastSeen: "2026-11-22T05:05:00Z",
        archived: false,
        count: 1,
      },
      severity: 8,
      createdAt: "2026-11-22T05:00:00.000Z",
      updatedAt: "2026-11-22T05:05:00.000Z",
      title: "An instance asks for a mining pool",
      description: "i-0123456789abcdef0 asks for the name of a mining pool.",
      ...detail,
    },
  };
}

export function caseRecord(fields: Partial<CaseRecord> = {}): CaseRecord {
  return {
    caseId,
    incident: `ec2-instance-compromised/${account}/eu-west-1/${instance}`,
    playbook: "ec2-instance-compromised",
    mode: "enforce",
    state: "open",
    finding: finding(),
    seen: 1,
    times: {
      finding: "2026-11-22T05:05:00.000Z",
      event: "2026-11-22T05:06:00.000Z",
      triage: "2026-11-22T05:06:01.000Z",
    },
    undos: 0,
    ...fields,
  };
}

export function actionRecord(action: string, fields: Partial<ActionRecord> = {}): ActionRecord {
  return { caseId, action, kind: "containment", status: "verified", changes: [], blastRadius: [], ...fields };
}

/** An error as an AWS service gives it. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name, $fault: "client", $metadata: {} });
}

/** The error a promise ends with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("It was expected to fail, and did not");
}

export const connection = {
  region: "eu-west-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
};
