import type * as pulumi from "@pulumi/pulumi";
import { CollectionBucket } from "../components/collection-bucket";
import { CollectorProfile } from "../components/collector-profile";
import { ForwardFindings } from "../components/forward-findings";
import type { Installation } from "../components/installation";
import { MemberRoles } from "../components/member-roles";
import { actionsIn } from "../components/playbook-steps";
import { collectFromInstance } from "../functions/collect-from-instance";
import { playbooks } from "../playbooks";

/**
 * What every account has, the master account included, since its own instances can be compromised as well: its
 * findings go to the master account's bus, and the functions there may act here.
 */
export function footprint(installation: Installation, accountId: string, opts: pulumi.ComponentResourceOptions) {
  const actions = actionsIn(playbooks);
  const forward = new ForwardFindings("forward", { installation, accountId }, opts);
  const members = new MemberRoles("members", { installation, accountId, actions }, opts);
  const collector = new CollectorProfile("collector", { installation, accountId }, opts);
  const collection = new CollectionBucket(
    "collection",
    { installation, accountId, readers: [collectFromInstance.name] },
    opts,
  );
  return {
    forwardRuleArns: forward.ruleArns,
    memberRoleArns: members.arns,
    collectorProfileArn: collector.profileArn,
    collectionBucket: collection.bucket,
  };
}
