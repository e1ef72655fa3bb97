import { SFN, type LogLevel, type StateMachineType } from "@aws-sdk/client-sfn";
import type { StateMachineArgs, StateMachineState } from "@pulumi/aws/sfn/stateMachine";
import type { Unwrap } from "@pulumi/pulumi";
import { hasCode, unlessGone } from "../support/errors";
import { untilPropagated, waitFor } from "../support/retry";
import { defineResource } from "./definition";

const gone = "StateMachineDoesNotExist";

const stateMachine = defineResource<StateMachineArgs, StateMachineState>({
  token: "aws:sfn/stateMachine:StateMachine",
  name: { maxLength: 80 },
  properties: {
    name: { replace: true, pattern: /^[\w-]{1,80}$/ },
    namePrefix: { replace: true },
    type: { replace: true, default: "STANDARD", oneOf: ["STANDARD", "EXPRESS"] },
    definition: { json: "json", maxLength: 1_048_576 },
    publish: { default: false, writeOnly: true },
    "loggingConfiguration.level": { oneOf: ["ALL", "ERROR", "FATAL", "OFF"] },
    roleArn: { pattern: /^arn:/ },
  },
  supports: ["encryptionConfiguration", "loggingConfiguration", "tracingConfiguration"],
  conflicts: [["name", "namePrefix"]],
  tagging: {
    tag: (aws, id, tags) =>
      aws.client(SFN).tagResource({
        resourceArn: id,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      }),
    untag: (aws, id, tagKeys) => aws.client(SFN).untagResource({ resourceArn: id, tagKeys }),
  },
  async create(aws, inputs) {
    const made = await untilPropagated(
      () =>
        aws.client(SFN).createStateMachine({
          ...machineOf(inputs),
          name: inputs.name,
          type: inputs.type as StateMachineType,
          publish: inputs.publish,
          tags: Object.entries(inputs.tags ?? {}).map(([key, value]) => ({ key, value })),
        }),
      // The role, or its access to the log group, may be a moment old.
      (error) => hasCode(error, "AccessDenied", "InvalidLoggingConfiguration") || /assume the role/.test(error.message),
    );
    return made.stateMachineArn ?? "";
  },
  async read(aws, id) {
    const sfn = aws.client(SFN);
    const found = await unlessGone(sfn.describeStateMachine({ stateMachineArn: id }), gone);
    if (!found || found.status === "DELETING") return undefined;
    const { tags = [] } = await sfn.listTagsForResource({ resourceArn: id });
    const own = tags.filter(({ key = "" }) => !key.startsWith("aws:"));
    return {
      arn: id,
      name: found.name,
      definition: found.definition,
      description: found.description ?? "",
      roleArn: found.roleArn,
      type: found.type,
      status: found.status ?? "ACTIVE",
      creationDate: found.creationDate?.toISOString(),
      revisionId: found.revisionId ?? "",
      stateMachineVersionArn: "",
      versionDescription: "",
      encryptionConfiguration: {
        type: found.encryptionConfiguration?.type ?? "AWS_OWNED_KEY",
        kmsKeyId: found.encryptionConfiguration?.kmsKeyId,
        kmsDataKeyReusePeriodSeconds: found.encryptionConfiguration?.kmsDataKeyReusePeriodSeconds,
      },
      loggingConfiguration: {
        level: found.loggingConfiguration?.level ?? "OFF",
        includeExecutionData: found.loggingConfiguration?.includeExecutionData ?? false,
        logDestination: found.loggingConfiguration?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn,
      },
      ...(found.tracingConfiguration ? { tracingConfiguration: { enabled: found.tracingConfiguration.enabled } } : {}),
      tags: Object.fromEntries(own.map(({ key = "", value = "" }) => [key, value])),
    };
  },
  update: (aws, id, { news }) =>
    aws.client(SFN).updateStateMachine({ stateMachineArn: id, ...machineOf(news), publish: news.publish }),
  async delete(aws, id) {
    const sfn = aws.client(SFN);
    await unlessGone(sfn.deleteStateMachine({ stateMachineArn: id }), gone);
    await waitFor(async () =>
      (await unlessGone(sfn.describeStateMachine({ stateMachineArn: id }), gone)) ? undefined : true,
    );
  },
});

/** Everything in `aws.sfn` that Firebreak uses. */
export const resources = [stateMachine];

function machineOf(inputs: Unwrap<StateMachineArgs>) {
  const { loggingConfiguration: logging, encryptionConfiguration: encryption } = inputs;
  return {
    definition: inputs.definition,
    roleArn: inputs.roleArn,
    loggingConfiguration: logging && {
      level: logging.level as LogLevel | undefined,
      includeExecutionData: logging.includeExecutionData,
      destinations: logging.logDestination
        ? [{ cloudWatchLogsLogGroup: { logGroupArn: logging.logDestination } }]
        : undefined,
    },
    tracingConfiguration: inputs.tracingConfiguration && { enabled: inputs.tracingConfiguration.enabled },
    encryptionConfiguration: encryption && {
      type: (encryption.type ?? "AWS_OWNED_KEY") as "AWS_OWNED_KEY",
      kmsKeyId: encryption.kmsKeyId,
      kmsDataKeyReusePeriodSeconds: encryption.kmsDataKeyReusePeriodSeconds,
    },
  };
}
