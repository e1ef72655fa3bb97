import { EC2, type ResourceType, type TagSpecification } from "@aws-sdk/client-ec2";
import type { Tagging } from "./definition";
import { tagList } from "./values";

/** Every EC2 resource is tagged by its id, with the same two calls. */
export const ec2Tagging: Tagging = {
  tag: (aws, id, tags) => aws.client(EC2).createTags({ Resources: [id], Tags: tagList(tags) }),
  untag: (aws, id, keys) => aws.client(EC2).deleteTags({ Resources: [id], Tags: keys.map((Key) => ({ Key })) }),
};

/** Tags for a create call; undefined where there are none, as EC2 refuses an empty list. */
export function tagSpecification(
  type: ResourceType,
  tags: Readonly<Record<string, string>> | undefined,
): TagSpecification[] | undefined {
  const list = tagList(tags);
  return list.length > 0 ? [{ ResourceType: type, Tags: list }] : undefined;
}
