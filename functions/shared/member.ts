import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import type { STSClient } from "@aws-sdk/client-sts";
import type { Connection } from "./action";
import { isNamed, messageOf, namedError } from "./errors";
import { memberRoleName, roleArn } from "./names";
import type { Settings } from "./settings";

/** Sessions are used again while they have this long to live, so that a warm function calls STS once. */
const spareMs = 5 * 60 * 1000;

/**
 * Connects to member accounts as the action's member role. The session is named after the case, so that the
 * account's own CloudTrail tells which case did what; it is used again for the case's next calls.
 */
export function memberConnector(sts: STSClient, settings: Settings & { externalId: string }, action: string) {
  let held: { for: string; connection: Connection; expires: number } | undefined;
  return async (account: string, region: string, caseId: string): Promise<Connection> => {
    const wanted = `${account}/${region}/${caseId}`;
    if (held && held.for === wanted && held.expires - spareMs > Date.now()) return held.connection;
    const role = roleArn(settings.partition, account, memberRoleName(settings.prefix, action));
    const { Credentials } = await sts
      .send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: caseId, ExternalId: settings.externalId }))
      .catch((error: unknown) => {
        throw isNamed(error, "AccessDenied", "AccessDeniedException")
          ? namedError(
              "AccessDenied",
              `${action}: account ${account} does not let ${role} be taken; deploy its service stack again (${messageOf(error)})`,
            )
          : error;
      });
    if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey)
      throw new Error(`STS gave no credentials for ${role}`);
    const connection: Connection = {
      region,
      credentials: {
        accessKeyId: Credentials.AccessKeyId,
        secretAccessKey: Credentials.SecretAccessKey,
        sessionToken: Credentials.SessionToken,
      },
    };
    held = { for: wanted, connection, expires: Credentials.Expiration?.getTime() ?? 0 };
    return connection;
  };
}
