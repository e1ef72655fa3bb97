import { Scheduler } from "@aws-sdk/client-scheduler";
import type { ScheduleGroupArgs, ScheduleGroupState } from "@pulumi/aws/scheduler/scheduleGroup";
import { unlessGone } from "../support/errors";
import { waitFor } from "../support/retry";
import { defineResource } from "./definition";
import { tagList, tagMap } from "./values";

const gone = "ResourceNotFound";

const scheduleGroup = defineResource<ScheduleGroupArgs, ScheduleGroupState>({
  token: "aws:scheduler/scheduleGroup:ScheduleGroup",
  name: { maxLength: 64 },
  properties: {
    name: { replace: true, pattern: /^[\w.-]{1,64}$/ },
    namePrefix: { replace: true },
  },
  conflicts: [["name", "namePrefix"]],
  tagging: {
    tag: (aws, id, tags) =>
      aws
        .client(Scheduler)
        .tagResource({ ResourceArn: aws.arn("scheduler", `schedule-group/${id}`), Tags: tagList(tags) }),
    untag: (aws, id, keys) =>
      aws.client(Scheduler).untagResource({ ResourceArn: aws.arn("scheduler", `schedule-group/${id}`), TagKeys: keys }),
  },
  async create(aws, inputs) {
    await aws.client(Scheduler).createScheduleGroup({ Name: inputs.name, Tags: tagList(inputs.tags) });
    return inputs.name ?? "";
  },
  async read(aws, id) {
    const scheduler = aws.client(Scheduler);
    const found = await unlessGone(scheduler.getScheduleGroup({ Name: id }), gone);
    if (!found?.Arn || found.State === "DELETING") return undefined;
    const { Tags: tags } = await scheduler.listTagsForResource({ ResourceArn: found.Arn });
    return {
      arn: found.Arn,
      name: found.Name,
      state: found.State,
      creationDate: found.CreationDate?.toISOString(),
      lastModificationDate: found.LastModificationDate?.toISOString(),
      tags: tagMap(tags),
    };
  },
  /** Its schedules go first, which takes a while. */
  async delete(aws, id) {
    const scheduler = aws.client(Scheduler);
    await unlessGone(scheduler.deleteScheduleGroup({ Name: id }), gone);
    await waitFor(async () => ((await unlessGone(scheduler.getScheduleGroup({ Name: id }), gone)) ? undefined : true));
  },
});

/** Everything in `aws.scheduler` that Firebreak uses. */
export const resources = [scheduleGroup];
