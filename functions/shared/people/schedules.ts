import { CreateScheduleCommand, DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import type { SchedulerClient } from "@aws-sdk/client-scheduler";
import { isNamed } from "../errors";

/** Where one-time schedules live, and what they start. */
export interface ScheduleGroup {
  scheduler: SchedulerClient;
  /** Name of the group; roles are limited to it. */
  group: string;
}

export interface ScheduleTarget {
  functionArn: string;
  /** Role that Scheduler takes to start the function. */
  roleArn: string;
  /** Gets what could not be delivered, whole. */
  deadLettersArn: string;
}

/** One schedule a case and minute: made twice it is there once. */
export function scheduleName(caseId: string, minute: number): string {
  return `${caseId}-${String(minute).padStart(4, "0")}`;
}

/** Starts the function once at that time, which Scheduler keeps to the minute, and then forgets it. */
export async function scheduleOnce(
  { scheduler, group }: ScheduleGroup,
  target: ScheduleTarget,
  { name, at, input }: { name: string; at: Date; input: unknown },
): Promise<void> {
  try {
    await scheduler.send(
      new CreateScheduleCommand({
        Name: name,
        GroupName: group,
        ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
        ScheduleExpressionTimezone: "UTC",
        FlexibleTimeWindow: { Mode: "OFF" },
        ActionAfterCompletion: "DELETE",
        ClientToken: name,
        Target: {
          Arn: target.functionArn,
          RoleArn: target.roleArn,
          Input: JSON.stringify(input),
          DeadLetterConfig: { Arn: target.deadLettersArn },
        },
      }),
    );
  } catch (error) {
    if (!isNamed(error, "ConflictException")) throw error;
  }
}

/** Takes a schedule away; one that has run, or was never made, is gone already. */
export async function cancelSchedule({ scheduler, group }: ScheduleGroup, name: string): Promise<void> {
  try {
    await scheduler.send(new DeleteScheduleCommand({ Name: name, GroupName: group }));
  } catch (error) {
    if (!isNamed(error, "ResourceNotFoundException")) throw error;
  }
}
