import type { Context } from "../context";
import type { Operation, Operations, Service } from "../service";
import { administrationOperations } from "./administration";
import { detect, type OnFinding, type Sighting } from "./detect";
import { detectorOperations } from "./detectors";
import { reconcile } from "./enrolment";
import { badRequest, errorBody } from "./errors";
import { findingOperations } from "./findings";
import { memberOperations } from "./members";
import { organizationOperations } from "./organization-configuration";
import { publishingOperations } from "./publishing";
import { routes } from "./routes";
import { GuardDutyState } from "./state";
import { tagOperations } from "./tags";

/** Amazon GuardDuty. https://docs.aws.amazon.com/guardduty/latest/APIReference/ */
export function guardDuty(context: Context, onFinding: OnFinding) {
  const state = new GuardDutyState(context);
  const operations: Operations = {
    ...detectorOperations(state),
    ...administrationOperations(state),
    ...organizationOperations(state),
    ...memberOperations(state),
    ...publishingOperations(state),
    ...findingOperations(state, onFinding),
    ...tagOperations(state),
  };
  const service: Service = {
    name: "guardduty",
    routes,
    operations: Object.fromEntries(Object.entries(operations).map(([name, run]) => [name, current(state, run)])),
    errorBody,
    invalid: badRequest,
    resource,
  };
  return {
    service,
    /** GuardDuty sees something. @throws BadRequestException for an unknown type, or where GuardDuty is off */
    async detect(sighting: Sighting) {
      await reconcile(state, sighting.region);
      return detect(state, sighting, onFinding);
    },
  };
}

/** Lets an operation see the organisation as it is now, not as it was when GuardDuty last looked. */
const current =
  (state: GuardDutyState, run: Operation): Operation =>
  async (call) => {
    await reconcile(state, call.region);
    return run(call);
  };

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonguardduty.html */
function resource(_operation: string, { ResourceArn, DetectorId, DestinationId }: Record<string, string>): string {
  if (ResourceArn) return ResourceArn;
  if (!DetectorId) return "*";
  const detector = `arn:{partition}:guardduty:{region}:{account}:detector/${DetectorId}`;
  return DestinationId ? `${detector}/publishingDestination/${DestinationId}` : detector;
}
