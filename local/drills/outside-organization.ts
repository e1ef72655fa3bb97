import { findingBusName } from "../../functions/shared/names";
import type { Drill } from "./drill";
import { guardDutyFinding, putEvent } from "./guardduty-finding";

/** An account that AWS knows and the organisation does not. */
export const outsider = "999999999999";

/** Somebody else's account puts a finding on the master account's bus. */
export const outsideOrganization: Drill = {
  name: "outside-organization",
  summary: "an account outside the organisation sends a finding to the master account's bus",
  instance: "web-2",
  ends: { by: "refusal" },
  async send(stage) {
    const { layout, prefix } = stage.world;
    const finding = await guardDutyFinding(stage);
    const bus = `arn:aws:events:${layout.region}:${layout.master.id}:event-bus/${findingBusName(prefix)}`;
    await putEvent(stage.world.service(outsider).events, { bus, detail: finding });
    return finding.id;
  },
};
