import { Failure } from "./failure";

/** What the command was about to do, for messages. */
export interface Circumstances {
  prefix: string;
  region?: string;
  account?: string;
  table?: string;
}

const local = "For the organisation on this machine, set what `firebreak local --keep` prints.";

/** Turns what an AWS call threw into words that name the mend; anything unknown is answered as it is. */
export function explain(error: unknown, { prefix, region, account, table }: Circumstances): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  const where = [account && `account ${account}`, region].filter(Boolean).join(", ");
  const code = (error as NodeJS.ErrnoException).code;
  switch (error.name) {
    case "CredentialsProviderError":
      return new Failure(
        "there are no AWS credentials",
        `Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, of the master account. ${local}`,
      );
    case "ExpiredToken":
    case "ExpiredTokenException":
    case "InvalidClientTokenId":
    case "UnrecognizedClientException":
    case "SignatureDoesNotMatch":
      return new Failure(`AWS does not accept the credentials: ${error.message}`, `Sign in again. ${local}`);
    case "ResourceNotFoundException":
      if (table)
        return new Failure(
          `there is no table ${table} in ${where}`,
          `Deploy the master stack there first, or name the installation with --prefix or FIREBREAK_PREFIX (now ${prefix}).`,
        );
      break;
    case "StateMachineDoesNotExist":
      return new Failure(
        `${error.message} (${where})`,
        "Deploy the master stack again: the case's playbook has no state machine there.",
      );
    case "AccessDenied":
    case "AccessDeniedException":
    case "UnauthorizedOperation":
    case "AuthorizationError":
    case "AuthorizationErrorException":
      return new Failure(
        `AWS refused: ${error.message}`,
        `Use credentials of the master account (${where}) that may do this.`,
      );
    case "NoSuchBucket":
      return new Failure(
        `there is no evidence vault in ${where}: ${error.message}`,
        "Deploy the master stack there first, or check --prefix and the region.",
      );
  }
  if (error.message === "Region is missing")
    return new Failure("no AWS region is set", "Set AWS_REGION to the installation's home region.");
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new Failure(
      `AWS cannot be reached: ${error.message || code}`,
      process.env.AWS_ENDPOINT_URL
        ? `Nothing answers at AWS_ENDPOINT_URL=${process.env.AWS_ENDPOINT_URL}: start \`firebreak local --keep\` again, or unset it.`
        : "Check the network and AWS_REGION.",
    );
  return error;
}
