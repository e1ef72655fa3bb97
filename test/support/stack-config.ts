/** Config that every stack accepts, as Pulumi hands it over: text. */
export const goodConfig = {
  organizationId: "o-a1b2c3d4e5",
  masterAccountId: "111122223333",
  homeRegion: "eu-central-1",
  externalId: "firebreak-test-1",
};

/** Config that the master stack accepts. */
export const goodMasterConfig = { ...goodConfig, vaultRetentionDays: "30" };

/** With the namespace, for `pulumi.runtime.setAllConfig`. */
export function qualified(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`firebreak:${key}`, value]));
}
