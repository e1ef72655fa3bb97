import * as pulumi from "@pulumi/pulumi";
import { CollectionBucket } from "../components/collection-bucket";
import { CollectorProfile } from "../components/collector-profile";
import { accountPatterns, administratorPatterns } from "../components/event-patterns";
import { ForwardFindings } from "../components/forward-findings";
import { ForwarderRole } from "../components/forwarder-role";
import { regionalName, regionsOf } from "../components/installation";
import type { Installation } from "../components/installation";
import { MemberRoles } from "../components/member-roles";
import { actionsIn } from "../components/playbook-steps";
import { collectFromInstance } from "../functions/collect-from-instance";
import { playbooks } from "../playbooks";

/**
 * What every account has, the master account included, since its own instances can be compromised as well: its
 * findings go to the master account's bus, and the functions there may act here. Roles are the account's, once; what
 * is regional is in the home region and in each linked region.
 */
export function footprint(installation: Installation, accountId: string, opts: pulumi.ComponentResourceOptions) {
  const actions = actionsIn(playbooks);
  const forwarder = new ForwarderRole("forward", { installation, accountId }, opts);
  const members = new MemberRoles("members", { installation, accountId, actions }, opts);
  const collector = new CollectorProfile("collector", { installation, accountId }, opts);
  const regional = regionsOf(installation).map((region) => {
    const name = (part: string) => regionalName(installation, part, region);
    const forward = new ForwardFindings(
      name("forward"),
      { installation, accountId, region, patterns: patterns(installation, accountId, region), roleArn: forwarder.arn },
      opts,
    );
    const collection = new CollectionBucket(
      name("collection"),
      { installation, accountId, region, readers: [collectFromInstance.name] },
      opts,
    );
    return { region, ruleArns: forward.ruleArns, bucket: collection.bucket };
  });
  return {
    forwardRuleArns: pulumi.all(regional.map(({ ruleArns }) => ruleArns)).apply((arns) => arns.flat()),
    memberRoleArns: members.arns,
    collectorProfileArn: collector.profileArn,
    collectionBuckets: Object.fromEntries(regional.map(({ region, bucket }) => [region, bucket])),
  };
}

function patterns(installation: Installation, accountId: string, region: string) {
  const administrator = accountId === installation.masterAccountId && region === installation.homeRegion;
  return [...accountPatterns(installation), ...(administrator ? administratorPatterns(installation) : [])];
}
