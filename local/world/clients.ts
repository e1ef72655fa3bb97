import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";

/** Who calls. The SDK asks again when a session has expired. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** Where the local organisation is. */
export interface Place {
  endpoint: string;
  region: string;
}

/** Clients that act in one account as one principal; made when first used, ended with `destroy`. */
export function connect(place: Place, credentials: Credentials | (() => Promise<Credentials>)) {
  const config = { endpoint: place.endpoint, region: place.region, credentials, maxAttempts: 4 };
  const made = new Map<string, { destroy(): void }>();
  const once = <C extends { destroy(): void }>(name: string, make: () => C): C => {
    const known = made.get(name) ?? make();
    made.set(name, known);
    return known as C;
  };
  return {
    get autoScaling() {
      return once("autoScaling", () => new AutoScalingClient(config));
    },
    get ec2() {
      return once("ec2", () => new EC2Client(config));
    },
    get elb() {
      return once("elb", () => new ElasticLoadBalancingV2Client(config));
    },
    get events() {
      return once("events", () => new EventBridgeClient(config));
    },
    get iam() {
      return once("iam", () => new IAMClient(config));
    },
    get organizations() {
      return once("organizations", () => new OrganizationsClient(config));
    },
    get s3() {
      return once("s3", () => new S3Client({ ...config, forcePathStyle: true }));
    },
    get sqs() {
      return once("sqs", () => new SQSClient(config));
    },
    get ssm() {
      return once("ssm", () => new SSMClient(config));
    },
    get sts() {
      return once("sts", () => new STSClient(config));
    },
    destroy() {
      for (const client of made.values()) client.destroy();
    },
  };
}

export type AccountClients = ReturnType<typeof connect>;

/** The role that AWS Organizations makes in each account it creates, trusted by the management account. */
export const accessRoleName = "OrganizationAccountAccessRole";

/** Credentials of a role, renewed by the SDK when they run out. */
export function assumed(from: AccountClients, roleArn: string, sessionName: string): () => Promise<Credentials> {
  return async () => {
    const { Credentials: session } = await from.sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }),
    );
    if (!session?.AccessKeyId || !session.SecretAccessKey || !session.SessionToken)
      throw new Error(`STS gave no credentials for ${roleArn}`);
    return {
      accessKeyId: session.AccessKeyId,
      secretAccessKey: session.SecretAccessKey,
      sessionToken: session.SessionToken,
      ...(session.Expiration ? { expiration: session.Expiration } : {}),
    };
  };
}
