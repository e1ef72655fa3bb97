import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { acknowledgeHandler } from "../functions/acknowledge";
import { pageHandler } from "../functions/page";
import { functionName } from "../functions/shared/names";
import { acknowledgeStatements, pageStatements } from "../functions/shared/people/permissions";
import { rosterOf } from "../functions/shared/people/roster";
import type { People } from "../functions/shared/people/roster";
import type { Statement } from "../functions/shared/action";
import { CaseFunction } from "./case-function";
import { physicalName } from "./installation";
import type { Installation } from "./installation";
import { LinkKey } from "./link-key";
import { PageTopic, pageTopicArnPrefix } from "./page-topic";
import { declared, policyDocument } from "./policy-document";
import { functionRoleArn } from "./response-function";
import type { FunctionSurroundings } from "./response-function";

export interface PagerArgs {
  surroundings: FunctionSurroundings;
  people: People;
  tableArn: pulumi.Input<string>;
  /** Executions that requests to the acknowledging function may take at most; 0 for no limit of its own. */
  reservedConcurrency: number;
}

const pageFunction = "page";
const acknowledgeFunction = "acknowledge";

/**
 * Engages people about a case until one of them acknowledges: a topic for every channel, one-time schedules for the
 * later stages, and links that a function of its own answers.
 *
 * The links lead to a Lambda function URL. It is the smallest thing that a person with a phone and no AWS credentials
 * can reach: one function, over TLS, with no API, stage, log role or domain beside it; a request without a code that
 * KMS made is refused before a case is read; and reserved concurrency bounds what a flood of requests can take.
 */
export class Pager extends pulumi.ComponentResource {
  declare readonly pageArn: pulumi.Output<string>;
  declare readonly acknowledgeUrl: pulumi.Output<string>;

  constructor(name: string, args: PagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("firebreak:index:Pager", name, {}, opts);
    const parent = { parent: this };
    const { surroundings, people, reservedConcurrency } = args;
    const { installation, keyArn, deadLettersArn } = surroundings;
    const { prefix, partition, homeRegion, masterAccountId } = installation;
    const here = `${homeRegion}:${masterAccountId}`;
    const signer = functionRoleArn(installation, pageFunction);
    const checker = functionRoleArn(installation, acknowledgeFunction);
    const pageFunctionArn = `arn:${partition}:lambda:${here}:function:${functionName(prefix, pageFunction)}`;
    const roster = rosterOf(people);

    const channels = topics(name, people, { installation, keyArn, publisher: signer }, parent);
    const key = new LinkKey(`${name}-links`, { installation, signer, checker }, parent);
    const group = new aws.scheduler.ScheduleGroup(
      `${name}-group`,
      { name: physicalName(installation, "pages") },
      parent,
    );
    const scheduler = schedulerRole(name, { installation, group, pageFunctionArn, keyArn, deadLettersArn }, parent);
    const links = { FIREBREAK_LINK_KEY_ARN: key.arn, FIREBREAK_SCHEDULE_GROUP: group.name };
    const secretArns = Object.values(roster.contacts).flatMap(({ webhook }) => (webhook ? [webhook] : []));
    const grant = (statements: typeof pageStatements) =>
      pulumi
        .all([args.tableArn, pulumi.all(channels.map(({ arn }) => arn)), key.arn, group.name, scheduler.arn])
        .apply(([tableArn, topicArns, linkKeyArn, groupName, schedulerRoleArn]): Statement[] => {
          const schedulesArn = `arn:${partition}:scheduler:${here}:schedule/${groupName}/*`;
          return statements({ tableArn, topicArns, secretArns, linkKeyArn, schedulesArn, schedulerRoleArn });
        })
        .apply((filled) => declared(filled, installation, masterAccountId));
    const around = (environment: FunctionSurroundings["environment"]): FunctionSurroundings => ({
      ...surroundings,
      environment: { ...surroundings.environment, ...links, ...environment },
    });

    const acknowledging = new CaseFunction(
      acknowledgeFunction,
      {
        functionName: acknowledgeFunction,
        description: "Answers the links in pages: who looks after a case",
        handler: () => acknowledgeHandler(roster),
        surroundings: around({}),
        statements: grant(acknowledgeStatements),
        reservedConcurrency,
      },
      parent,
    );
    this.acknowledgeUrl = openUrl(name, acknowledging.functionName, parent);
    const paging = new CaseFunction(
      pageFunction,
      {
        functionName: pageFunction,
        description: "Engages people about a case, stage by stage",
        handler: () => pageHandler(roster),
        surroundings: around({
          FIREBREAK_PAGE_TOPICS: pageTopicArnPrefix(installation),
          FIREBREAK_ACKNOWLEDGE_URL: this.acknowledgeUrl,
          FIREBREAK_STATE_MACHINE_ARN_PREFIX: `arn:${partition}:states:${here}:stateMachine:${prefix}-`,
          FIREBREAK_PAGE_FUNCTION_ARN: pageFunctionArn,
          FIREBREAK_SCHEDULER_ROLE_ARN: scheduler.arn,
          FIREBREAK_DEAD_LETTERS_ARN: deadLettersArn,
        }),
        statements: grant(pageStatements),
      },
      parent,
    );
    this.pageArn = paging.arn;
    this.registerOutputs({ pageArn: this.pageArn, acknowledgeUrl: this.acknowledgeUrl });
  }
}

function topics(
  name: string,
  { contacts }: People,
  shared: { installation: Installation; keyArn: pulumi.Input<string>; publisher: string },
  opts: pulumi.ComponentResourceOptions,
): PageTopic[] {
  return Object.entries(contacts).flatMap(([contact, { channels }]) =>
    (["email", "sms"] as const).flatMap((channel) => {
      const endpoint = channels[channel];
      if (!endpoint) return [];
      return [new PageTopic(`${name}-${contact}-${channel}`, { ...shared, contact, channel, endpoint }, opts)];
    }),
  );
}

/**
 * The role with which Scheduler starts the pager, for schedules of this group alone
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html).
 */
function schedulerRole(
  name: string,
  of: {
    installation: Installation;
    group: aws.scheduler.ScheduleGroup;
    pageFunctionArn: string;
    keyArn: pulumi.Input<string>;
    deadLettersArn: pulumi.Input<string>;
  },
  opts: pulumi.ComponentResourceOptions,
): aws.iam.Role {
  const role = new aws.iam.Role(
    `${name}-scheduler-role`,
    {
      name: physicalName(of.installation, "page-scheduler"),
      description: "Starts the later stages of pages",
      assumeRolePolicy: policyDocument([
        {
          Sid: "TakenForGroup",
          Principal: { Service: "scheduler.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": of.installation.masterAccountId, "aws:SourceArn": of.group.arn },
          },
        },
      ]),
    },
    opts,
  );
  new aws.iam.RolePolicy(
    `${name}-scheduler-policy`,
    {
      name: "scheduler",
      role: role.name,
      policy: policyDocument([
        { Sid: "StartPager", Action: "lambda:InvokeFunction", Resource: of.pageFunctionArn },
        { Sid: "OwnDeadLetters", Action: "sqs:SendMessage", Resource: of.deadLettersArn },
        { Sid: "OperationsKey", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: of.keyArn },
      ]),
    },
    opts,
  );
  return role;
}

/** Whoever has a link may open it: the function itself tells links from guesses. */
function openUrl(
  name: string,
  functionName: pulumi.Output<string>,
  opts: pulumi.ComponentResourceOptions,
): pulumi.Output<string> {
  const url = new aws.lambda.FunctionUrl(`${name}-url`, { functionName, authorizationType: "NONE" }, opts);
  // Since October 2025 a URL needs both (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html).
  new aws.lambda.Permission(
    `${name}-url-permission`,
    {
      statementId: "InvokedThroughUrl",
      function: functionName,
      action: "lambda:InvokeFunction",
      principal: "*",
      invokedViaFunctionUrl: true,
    },
    opts,
  );
  return url.functionUrl;
}
