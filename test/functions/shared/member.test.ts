import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";

import { expect } from "chai";
import { named } from "../../../functions/shared/calls";
import { memberConnector } from "../../../functions/shared/member";
import { account, awsError, caseId, connection, rejection } from "../fixtures";
import { mocked } from "../mocked";

const settings = { prefix: "fb", partition: "aws-us-gov", casesTable: "t", externalId: "external" };

function serve(secondsToLive: number) {
  const sts = mocked(STSClient);
  const Expiration = new Date(Date.now() + secondsToLive * 1000);
  const Credentials = { AccessKeyId: "AKID", SecretAccessKey: "secret", SessionToken: "token", Expiration };
  sts.on(AssumeRoleCommand).resolves({ Credentials });
  return { sts, connect: memberConnector(new STSClient(connection), settings, "isolateInstance") };
}

describe("member role", () => {
  it("is taken with the external id, in a session named after the case", async () => {
    const { sts, connect } = serve(3600);
    await connect(account, "us-gov-west-1", caseId);
    expect(sts.commandCalls(AssumeRoleCommand)[0]?.args[0].input).to.deep.equal({
      RoleArn: `arn:aws-us-gov:iam::${account}:role/fb-member-isolateInstance`,
      RoleSessionName: caseId,
      ExternalId: "external",
    });
  });

  it("is taken once for a case while its session lives, and anew for another", async () => {
    const { sts, connect } = serve(3600);
    await connect(account, "us-gov-west-1", caseId);
    await connect(account, "us-gov-west-1", caseId);
    await connect(account, "us-gov-west-1", "c-other");
    expect(sts.commandCalls(AssumeRoleCommand)).to.have.length(2);
  });

  it("is taken anew when its session is about to end", async () => {
    const { sts, connect } = serve(60);
    await connect(account, "us-gov-west-1", caseId);
    await connect(account, "us-gov-west-1", caseId);
    expect(sts.commandCalls(AssumeRoleCommand)).to.have.length(2);
  });

  it("names account, role and action when it may not be taken, and the mend", async () => {
    const { sts, connect } = serve(3600);
    sts.on(AssumeRoleCommand).rejects(awsError("AccessDenied"));
    const { name, message } = await rejection(connect(account, "us-gov-west-1", caseId));
    expect(name).to.equal("AccessDenied");
    expect(message).to.match(new RegExp(`isolateInstance: account ${account} .*fb-member-isolateInstance.*deploy`));
  });
});

describe("named calls", () => {
  let server: Server;
  let answer: { status: number; code: string };

  before(async () => {
    server = createServer((_request, response) => {
      const error = `<Error><Code>${answer.code}</Code><Message>no</Message></Error>`;
      response.writeHead(answer.status, { "content-type": "text/xml" });
      response.end(`<Response><Errors>${error}</Errors><RequestID>r</RequestID></Response>`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  after(() => server.close());

  async function call(status: number, code: string): Promise<Error> {
    answer = { status, code };
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new EC2Client({ ...connection, endpoint, maxAttempts: 1 });
    const ec2 = named(client, { role: "fb-member-isolateInstance", account, region: "eu-west-1" });
    const error = await rejection(ec2.send(new DescribeInstancesCommand({})));
    client.destroy();
    return error;
  }

  it("name account, role and call where a permission is missing", async () => {
    const { name, message } = await call(403, "UnauthorizedOperation");
    expect(name).to.equal("AccessDenied");
    expect(message).to.equal(
      `fb-member-isolateInstance in account ${account} (eu-west-1) may not call EC2:DescribeInstances: no`,
    );
  });

  it("leave every other error as it is", async () => {
    expect((await call(400, "InvalidInstanceID.NotFound")).name).to.equal("InvalidInstanceID.NotFound");
  });
});
