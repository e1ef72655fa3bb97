import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startServices, type OrganizationAccount, type OrganizationView, type Services } from "../../../local/services";

export const MANAGEMENT = "111111111111";
export const SECURITY = "222222222222";
export const WORKLOAD = "333333333333";
export const OTHER = "444444444444";
export const OUTSIDER = "999999999999";
export const HOME = "eu-central-1";
export const LINKED = "eu-west-1";

type Json = Record<string, unknown>;

/** An event as it reached a bus. */
export interface Delivered {
  account: string;
  region: string;
  source: string;
  type: string;
  resources: string[];
  detail: Json & { findings: Json[]; id: string; accountId: string };
}

export interface Answer {
  status: number;
  /** The exception's name, where it is one. */
  code: string | null;
  // Answers are as loose as JSON; each test says what it expects of its own.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** The services with an organisation of four accounts, a clock to move, and buses that keep what they get. */
export interface World {
  services: Services;
  accounts: OrganizationAccount[];
  delegated: string[];
  log: string[];
  /** Moves the clock on. */
  wait(ms: number): void;
  call(
    service: string,
    account: string,
    method: string,
    path: string,
    body?: unknown,
    region?: string,
  ): Promise<Answer>;
  /** What reached the buses since the last time, once all is delivered. */
  events(): Promise<Delivered[]>;
  stop(): Promise<void>;
}

const units: Record<string, string[]> = {
  [MANAGEMENT]: ["r-root"],
  [SECURITY]: ["ou-root-security1", "r-root"],
  [WORKLOAD]: ["ou-root-workload1", "r-root"],
  [OTHER]: ["ou-root-workload1", "r-root"],
  "ou-root-workload1": ["r-root"],
  "ou-root-security1": ["r-root"],
};

export async function startWorld(): Promise<World> {
  const accounts = [MANAGEMENT, SECURITY, WORKLOAD, OTHER].map((id) => ({
    id,
    name: `account-${id.slice(0, 1)}`,
    email: `aws+${id}@example.com`,
    status: "ACTIVE",
  }));
  const delegated: string[] = [];
  const log: string[] = [];
  const bus = await startBus();
  let time = Date.parse("2026-11-22T05:00:00.000Z");
  const organization: OrganizationView = {
    describe: async () => ({ managementAccountId: MANAGEMENT, members: [...accounts], delegatedAdministrators: [] }),
    ancestors: async (id) => units[id],
    delegate: async (id, service) => void delegated.push(`${id} ${service}`),
    undelegate: async (id, service) => void delegated.splice(delegated.indexOf(`${id} ${service}`), 1),
  };
  const services = await startServices({
    emulatorEndpoint: bus.endpoint,
    organization,
    rootCredentials: (account) => ({ accessKeyId: account, secretAccessKey: "secret" }),
    log: (line) => log.push(line),
    now: () => new Date(time),
  });
  return {
    services,
    accounts,
    delegated,
    log,
    wait: (ms) => void (time += ms),
    async call(service, account, method, path, body, region = HOME) {
      const response = await fetch(services.endpoint + path, {
        method,
        headers: {
          "x-firebreak-service": service,
          "x-firebreak-account": account,
          "x-firebreak-region": region,
          "x-firebreak-principal": `arn:aws:iam::${account}:role/tester`,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const code = response.headers.get("x-amzn-errortype");
      return { status: response.status, code, body: await response.json() };
    },
    async events() {
      await services.settled();
      return bus.received.splice(0);
    },
    async stop() {
      await services.stop();
      await bus.stop();
    },
  };
}

/** Takes PutEvents as EventBridge does, and keeps what came, by the signature's account and region. */
async function startBus() {
  const received: Delivered[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const [, account = "", region = ""] =
        /Credential=(\d+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "") ?? [];
      const { Entries } = JSON.parse(Buffer.concat(parts).toString()) as { Entries: Record<string, string>[] };
      for (const entry of Entries)
        received.push({
          account,
          region,
          source: entry.Source ?? "",
          type: entry.DetailType ?? "",
          resources: entry.Resources as unknown as string[],
          detail: JSON.parse(entry.Detail ?? "{}"),
        });
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: String(i) })) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A finding in the AWS Security Finding Format that lacks nothing. */
export const asff = (account: string, more: Json = {}, region = HOME): Json => ({
  SchemaVersion: "2018-10-08",
  Id: "finding-1",
  ProductArn: `arn:aws:securityhub:${region}:${account}:product/${account}/default`,
  GeneratorId: "generator",
  AwsAccountId: account,
  Types: ["Software and Configuration Checks/AWS Security Best Practices"],
  CreatedAt: "2026-11-21T10:00:00.000Z",
  UpdatedAt: "2026-11-21T10:00:00.000Z",
  Severity: { Label: "HIGH" },
  Title: "Bucket is public",
  Description: "The bucket allows anyone to read.",
  Resources: [{ Type: "AwsS3Bucket", Id: "arn:aws:s3:::data", Partition: "aws", Region: region }],
  ...more,
});
