import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PublishCommand } from "@aws-sdk/client-sns";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { Page } from "./engagement";
import type { PageText } from "./page-text";
import type { Roster } from "./roster";

export interface SendDeps {
  sns: SNSClient;
  secrets: SecretsManagerClient;
  roster: Roster;
  /** ARN of the topics' common beginning; a channel's own is `<this><contact>-<channel>`. */
  topicArnPrefix: string;
  /** Posts JSON to a webhook and gives the answer's status. */
  post(url: string, body: string): Promise<number>;
}

/** Sends one page. @returns what the channel calls it: SNS's message id, or the webhook's status */
export async function sendPage(page: Page, text: PageText, deps: SendDeps): Promise<string> {
  if (page.channel === "webhook") return postPage(page, text, deps);
  const { MessageId = "" } = await deps.sns.send(
    new PublishCommand({
      TopicArn: `${deps.topicArnPrefix}${page.contact}-${page.channel}`,
      ...(page.channel === "email" ? { Subject: text.subject, Message: text.email } : { Message: text.sms }),
    }),
  );
  return MessageId;
}

async function postPage({ contact }: Page, text: PageText, { secrets, roster, post }: SendDeps): Promise<string> {
  const secret = roster.contacts[contact]?.webhook;
  if (!secret) throw new Error(`${contact} has no webhook any more`);
  const { SecretString: url = "" } = await secrets.send(new GetSecretValueCommand({ SecretId: secret }));
  // What the secret holds is a secret: it is not repeated in the error.
  if (!/^https:\/\/\S+$/.test(url)) throw new Error(`the secret ${secret} must hold an https URL, and nothing else`);
  const status = await post(url, JSON.stringify(text.webhook));
  if (status < 200 || status > 299) throw new Error(`the webhook of ${contact} answered ${status}`);
  return `HTTP ${status}`;
}

/** Posts JSON; follows no redirect, which could lead away from where the page was meant to go. */
export async function postJson(url: string, body: string): Promise<number> {
  const headers = { "content-type": "application/json" };
  const request = { method: "POST", headers, body, redirect: "error", signal: AbortSignal.timeout(10_000) } as const;
  const { status } = await fetch(url, request);
  return status;
}
