import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  SendCommandCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import type { PlatformType } from "@aws-sdk/client-ssm";

import { expect } from "chai";
import { collectFromInstance } from "../../functions/collect-from-instance";
import { account, awsError, connection, instance, rejection, target } from "./fixtures";
import { collectorArn, profileArn, serveProfile } from "./profile-world";
import { mocked } from "./mocked";

const clients = collectFromInstance.connect(connection);

function serveManager(ping: "Online" | "ConnectionLost" | undefined, PlatformType: PlatformType = "Linux") {
  const ssm = mocked(SSMClient);
  const list = ping ? [{ InstanceId: instance, PingStatus: ping, PlatformType }] : [];
  ssm.on(DescribeInstanceInformationCommand).resolves({ InstanceInformationList: list });
  let sent = 0;
  ssm.on(SendCommandCommand).callsFake(async () => ({ Command: { CommandId: `command-${++sent}` } }));
  ssm.on(GetCommandInvocationCommand).resolves({ Status: "Success", StandardOutputContent: "start" });
  const s3 = mocked(S3Client);
  s3.on(ListObjectsV2Command).callsFake(async ({ Prefix }) => ({ Contents: [{ Key: `${Prefix}x/stdout`, Size: 5 }] }));
  s3.on(GetObjectCommand).callsFake(async () => ({
    Body: { transformToByteArray: async () => Buffer.from("whole") },
    ContentRange: "bytes 0-4/5",
  }));
  return { ssm, s3 };
}

async function collect() {
  const plan = await collectFromInstance.plan(target(), clients);
  return { plan, ...(await collectFromInstance.apply(target(), clients, plan)) };
}

describe("collectFromInstance", () => {
  it("collects under the collector's profile alone, and takes it off again", async () => {
    const { world } = serveProfile(undefined);
    serveManager("Online");
    const { evidence, after } = await collect();
    const names = evidence?.map(({ name }) => name);
    expect(names).to.deep.equal(["processes.txt", "sockets.txt", "logins.txt", "modules.txt", "memory.txt"]);
    expect(evidence?.[0]?.body.toString()).to.equal("whole");
    expect(world.calls).to.deep.equal([`on ${collectorArn}`, `off ${collectorArn}`]);
    expect(await collectFromInstance.verify(target(), clients, after)).to.deep.equal([]);
  });

  it("sends the output to the account's collection bucket, under the case", async () => {
    serveProfile(undefined);
    const { ssm } = serveManager("Online");
    await collect();
    const input = ssm.commandCalls(SendCommandCommand)[0]?.args[0].input;
    expect(input?.OutputS3BucketName).to.equal(`fb-collection-${account}-eu-west-1`);
    expect(input?.OutputS3KeyPrefix).to.equal(`cases/${target().caseId}/processes`);
    expect(input?.DocumentName).to.equal("AWS-RunShellScript");
  });

  it("runs PowerShell on Windows", async () => {
    serveProfile(undefined);
    const { ssm } = serveManager("Online", "Windows");
    await collect();
    expect(ssm.commandCalls(SendCommandCommand)[0]?.args[0].input.DocumentName).to.equal("AWS-RunPowerShellScript");
  });

  for (const ping of [undefined, "ConnectionLost"] as const) {
    it(`leaves an instance that Systems Manager ${ping ? "lost long ago" : "does not know"}, with a note`, async () => {
      const { world } = serveProfile(undefined);
      serveManager(ping);
      const { plan, notes, evidence } = await collect();
      expect([plan.changes, evidence, world.calls]).to.deep.equal([[], undefined, []]);
      expect(notes?.[0]).to.match(/does not reach/);
    });
  }

  it("does not wait for the agent of an instance that is in quarantine already", async () => {
    const { world } = serveProfile(undefined, { groups: ["fb-quarantine"] });
    serveManager("Online");
    const { plan, notes } = await collect();
    expect([plan.changes, world.calls]).to.deep.equal([[], []]);
    expect(notes?.[0]).to.match(/does not reach/);
  });

  it("waits for an agent that was lost a moment ago, with the profile", async () => {
    const { world } = serveProfile(undefined);
    const { ssm } = serveManager("Online");
    const lost = { InstanceId: instance, PingStatus: "ConnectionLost" as const, LastPingDateTime: new Date() };
    const back = { ...lost, PingStatus: "Online" as const };
    ssm
      .on(DescribeInstanceInformationCommand)
      .callsFake(async () => ({ InstanceInformationList: [world.arn === collectorArn ? back : lost] }));
    expect((await collect()).evidence).to.have.length(5);
  });

  it("takes the profile off when a command is refused, and says so by failing", async () => {
    const { world } = serveProfile(undefined);
    const { ssm } = serveManager("Online");
    ssm.on(SendCommandCommand).rejects(awsError("AccessDenied"));
    expect((await rejection(collect())).name).to.equal("AccessDenied");
    expect(world.arn).to.equal(undefined);
  });

  it("notes an agent that has gone away, and does not fail", async () => {
    const { world } = serveProfile(undefined);
    const { ssm, s3 } = serveManager("Online");
    ssm.on(SendCommandCommand).rejects(awsError("InvalidInstanceId", "not in a valid state"));
    s3.on(ListObjectsV2Command).resolves({});
    const { notes, evidence } = await collect();
    expect(evidence).to.deep.equal([]);
    expect(notes?.[0]).to.equal("processes.txt: not in a valid state, no output");
    expect(world.arn).to.equal(undefined);
  });

  it("keeps the start of an output that the instance could not store", async () => {
    serveProfile(undefined);
    serveManager("Online").s3.on(ListObjectsV2Command).resolves({});
    const { evidence, notes } = await collect();
    expect(evidence?.[0]?.body).to.equal("start");
    expect(notes?.[0]).to.match(/first 24,000 characters/);
  });

  it("goes on with a profile that an earlier try left on", async () => {
    const { world } = serveProfile(collectorArn);
    serveManager("Online");
    await collect();
    expect(world.calls).to.deep.equal([`off ${collectorArn}`]);
  });

  it("does not run commands under somebody else's profile", async () => {
    const { world } = serveProfile(profileArn);
    serveManager("Online");
    expect((await rejection(collect())).message).to.match(/removeInstanceProfile has to take it off first/);
    expect(world.arn).to.equal(profileArn);
  });

  it("removes a profile left behind on undo, and no other", async () => {
    const state = { platform: "Linux" as const };
    const left = serveProfile(collectorArn).world;
    expect((await collectFromInstance.undo(target(), clients, state, state)).restored).to.have.length(1);
    expect(left.arn).to.equal(undefined);
    const other = serveProfile(profileArn).world;
    expect((await collectFromInstance.undo(target(), clients, state, state)).restored).to.have.length(0);
    expect(other.arn).to.equal(profileArn);
  });
});
