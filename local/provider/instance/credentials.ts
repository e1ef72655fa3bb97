import type { AwsCredentialIdentity } from "@smithy/types";
import { STS } from "@aws-sdk/client-sts";
import { AssumeRoleError, describeError } from "../support/errors";
import type { ClientSettings } from "./clients";
import { makeClient } from "./clients";
import type { AssumedRole } from "./config";

/** Gives credentials that are still valid, and says who they belong to in error messages. */
export type CredentialSource = () => Promise<AwsCredentialIdentity>;

/** A session is renewed this long before it ends, so that no call starts with credentials about to lapse. */
const renewBeforeMs = 5 * 60_000;

/**
 * Assumes a chain of roles, each with the credentials of the one before it. Sessions are shared by all clients of the
 * provider instance and renewed before they end.
 */
export function assumeChain(
  source: CredentialSource,
  roles: readonly AssumedRole[],
  settings: Omit<ClientSettings, "credentials">,
): CredentialSource {
  return roles.reduce((previous, role) => renewing(() => assume(previous, role, settings)), source);
}

async function assume(
  credentials: CredentialSource,
  role: AssumedRole,
  settings: Omit<ClientSettings, "credentials">,
): Promise<AwsCredentialIdentity> {
  const sts = makeClient(STS, { ...settings, credentials });
  try {
    const { Credentials: session } = await sts.assumeRole({
      RoleArn: role.roleArn,
      RoleSessionName: role.sessionName ?? "firebreak-local-provider",
      ExternalId: role.externalId,
      DurationSeconds: role.durationSeconds,
      Policy: role.policy,
    });
    return {
      accessKeyId: session?.AccessKeyId ?? "",
      secretAccessKey: session?.SecretAccessKey ?? "",
      sessionToken: session?.SessionToken,
      expiration: session?.Expiration,
    };
  } catch (error) {
    throw new AssumeRoleError(
      `IAM Role (${role.roleArn}) cannot be assumed: ${describeError(error).replace(/\.+$/, "")}. Look at the role's trust policy` +
        `${role.externalId ? " and its external id" : ""}, and at the caller's permission for sts:AssumeRole.`,
      { cause: error },
    );
  } finally {
    sts.destroy();
  }
}

function renewing(assumeAgain: CredentialSource): CredentialSource {
  let session: Promise<AwsCredentialIdentity> | undefined;
  let validUntil = 0;
  return () => {
    if (!session || Date.now() > validUntil) {
      validUntil = Infinity; // until the answer says otherwise, so that callers arriving meanwhile share one call
      session = assumeAgain().then(
        (identity) => {
          validUntil = (identity.expiration?.getTime() ?? Infinity) - renewBeforeMs;
          return identity;
        },
        (error: unknown) => {
          session = undefined;
          throw error;
        },
      );
    }
    return session;
  };
}
