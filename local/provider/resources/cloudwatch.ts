import { metricAlarm } from "./alarms";
import { eventBus, eventBusPolicy, eventRule, eventTarget } from "./eventbridge";
import { logGroup } from "./logs";

/** Everything in `aws.cloudwatch` that Firebreak uses: the SDK keeps events, logs and alarms under one name. */
export const resources = [eventBus, eventBusPolicy, eventRule, eventTarget, logGroup, metricAlarm];
