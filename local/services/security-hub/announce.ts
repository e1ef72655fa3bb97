import type { Json } from "../service";
import type { Asff } from "./finding";
import { isLinked, type HubState } from "./state";

/**
 * Sends `Security Hub Findings - Imported` for a new or changed finding: to the account and to its administrator, in
 * the finding's region and, where an aggregator links that, in the home region too. One finding an event.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
 */
export function announce(state: HubState, region: string, finding: Asff): void {
  const account = finding.AwsAccountId;
  const administrator = state.administratorOf(account, region);
  const aggregator = state.aggregatorFor(account, region);
  const regions = aggregator && isLinked(aggregator, region) ? [region, aggregator.home] : [region];
  for (const where of regions)
    for (const receiver of administrator ? [account, administrator] : [account]) {
      if (!state.regions.of(receiver, where).hub) continue;
      state.context.emit({
        account: receiver,
        region: where,
        source: "aws.securityhub",
        detailType: "Security Hub Findings - Imported",
        resources: [`${finding.ProductArn}/${finding.Id}`],
        detail: { findings: [finding] },
      });
    }
}

/** Sends `Security Hub Findings - Custom Action`, one finding an event. */
export function announceAction(
  state: HubState,
  at: { account: string; region: string },
  action: { arn: string; name: string; description: string },
  finding: Asff,
): void {
  const detail: Json = { actionName: action.name, actionDescription: action.description, findings: [finding] };
  state.context.emit({
    ...at,
    source: "aws.securityhub",
    detailType: "Security Hub Findings - Custom Action",
    resources: [action.arn],
    detail,
  });
}
