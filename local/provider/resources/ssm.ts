import { SSM, type ParameterTier, type ParameterType } from "@aws-sdk/client-ssm";
import type { ParameterArgs, ParameterState } from "@pulumi/aws/ssm/parameter";
import type { Unwrap } from "@pulumi/pulumi";
import type { Aws } from "../instance/aws";
import { unlessGone } from "../support/errors";
import { defineResource } from "./definition";
import { tagList, tagMap } from "./values";

const parameter = defineResource<ParameterArgs, ParameterState>({
  token: "aws:ssm/parameter:Parameter",
  name: { maxLength: 2_048 },
  properties: {
    name: { replace: true, minLength: 1, maxLength: 2_048 },
    type: { oneOf: ["SecureString", "String", "StringList"] },
    dataType: { replace: true, oneOf: ["aws:ec2:image", "aws:ssm:integration", "text"] },
    tier: { oneOf: ["Standard", "Advanced", "Intelligent-Tiering"] },
    description: { maxLength: 1_024 },
    overwrite: { writeOnly: true },
    value: { secret: true },
  },
  supports: ["allowedPattern", "keyId"],
  tagging: {
    tag: (aws, id, tags) =>
      aws.client(SSM).addTagsToResource({ ResourceType: "Parameter", ResourceId: id, Tags: tagList(tags) }),
    untag: (aws, id, keys) =>
      aws.client(SSM).removeTagsFromResource({ ResourceType: "Parameter", ResourceId: id, TagKeys: keys }),
  },
  async create(aws, inputs) {
    const Tags = inputs.overwrite ? undefined : tagList(inputs.tags); // AWS takes tags only with a new parameter
    await aws.client(SSM).putParameter({ ...parameterOf(inputs), Overwrite: inputs.overwrite, Tags });
    return inputs.name ?? "";
  },
  async read(aws, id) {
    const ssm = aws.client(SSM);
    const answer = ssm.getParameter({ Name: id, WithDecryption: true });
    const found = (await unlessGone(answer, "ParameterNotFound"))?.Parameter;
    if (!found) return undefined;
    const [details, tags] = await Promise.all([
      detailsOf(aws, id),
      ssm.listTagsForResource({ ResourceType: "Parameter", ResourceId: id }),
    ]);
    return {
      arn: found.ARN ?? aws.arn("ssm", `parameter/${id.replace(/^\//, "")}`),
      name: found.Name,
      type: found.Type,
      value: found.Value,
      version: found.Version,
      dataType: found.DataType ?? "text",
      allowedPattern: details?.AllowedPattern,
      description: details?.Description,
      keyId: found.Type === "SecureString" ? (details?.KeyId ?? "alias/aws/ssm") : "",
      tier: details?.Tier ?? "Standard",
      tags: tagMap(tags.TagList),
    };
  },
  update: (aws, _id, { news }) => aws.client(SSM).putParameter({ ...parameterOf(news), Overwrite: true }),
  delete: (aws, id) => unlessGone(aws.client(SSM).deleteParameter({ Name: id }), "ParameterNotFound"),
});

/** Everything in `aws.ssm` that Firebreak uses. */
export const resources = [parameter];

async function detailsOf(aws: Aws, name: string) {
  const answer = await aws
    .client(SSM)
    .describeParameters({ ParameterFilters: [{ Key: "Name", Option: "Equals", Values: [name] }] });
  return answer.Parameters?.[0];
}

function parameterOf(inputs: Unwrap<ParameterArgs>) {
  return {
    Name: inputs.name,
    Value: inputs.value,
    Type: inputs.type as ParameterType,
    Description: inputs.description,
    KeyId: inputs.keyId,
    AllowedPattern: inputs.allowedPattern,
    Tier: inputs.tier as ParameterTier | undefined,
    DataType: inputs.dataType,
  };
}
