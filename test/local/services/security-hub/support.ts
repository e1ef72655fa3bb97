import { asff, HOME, MANAGEMENT, SECURITY, startWorld, WORKLOAD, type World } from "../support";

type Json = Record<string, unknown>;

/** A world with Security Hub's calls at hand. */
export async function startHubWorld() {
  const world = await startWorld();
  const call = (account: string, method: string, path: string, body?: unknown, region = HOME) =>
    world.call("securityhub", account, method, path, body, region);
  return {
    world,
    call,
    enable: (account: string, region = HOME) =>
      call(account, "POST", "/accounts", { EnableDefaultStandards: false }, region),
    delegate: (region = HOME) =>
      call(MANAGEMENT, "POST", "/organization/admin/enable", { AdminAccountId: SECURITY }, region),
    /** Makes the workload a member of the administrator, with Security Hub on. */
    async join(region = HOME) {
      await call(WORKLOAD, "POST", "/accounts", { EnableDefaultStandards: false }, region);
      await call(SECURITY, "POST", "/members", { AccountDetails: [{ AccountId: WORKLOAD }] }, region);
    },
    import: (account: string, findings: Json[], region = HOME) =>
      call(
        account,
        "POST",
        "/findings/import",
        { Findings: findings.map((one) => asff(account, one, region)) },
        region,
      ),
    async find(account: string, body: Json = {}, region = HOME): Promise<Json[]> {
      const answer = await call(account, "POST", "/findings", body, region);
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      return answer.body.Findings;
    },
  };
}

export type HubWorld = Awaited<ReturnType<typeof startHubWorld>>;
export type { World };
