import { CollectorProfile } from "../components/collector-profile";
import { ForwardFindings } from "../components/forward-findings";
import { MemberRoles } from "../components/member-roles";
import { actionsIn } from "../components/playbook-steps";
import { playbooks } from "../playbooks";
import type { ServiceConfig } from "./config";
import { accountProvider, installationOf } from "./provider";

/** The footprint in a service account: its findings go to the master account, whose functions may act here. */
export async function service(config: ServiceConfig): Promise<Record<string, unknown>> {
  const { accountId } = config;
  const provider = accountProvider(config, accountId);
  const installation = await installationOf(config, provider);
  const opts = { provider };
  const forward = new ForwardFindings("forward", { installation, accountId }, opts);
  const roles = new MemberRoles("members", { installation, accountId, actions: actionsIn(playbooks) }, opts);
  const collector = new CollectorProfile("collector", { installation, accountId }, opts);
  return {
    accountId,
    forwardRules: forward.ruleArns,
    memberRoles: roles.arns,
    collectorProfile: collector.profileArn,
  };
}
