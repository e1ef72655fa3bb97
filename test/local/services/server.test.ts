import { expect } from "chai";
import { startServices, type OrganizationView } from "../../../local/services";
import { HOME, startWorld, WORKLOAD, type World } from "./support";

describe("local services: server", () => {
  let world: World;
  before(async () => (world = await startWorld()));
  after(() => world.stop());

  it("names an operation of the API that is not served, and logs it", async () => {
    const answer = await world.call("guardduty", WORKLOAD, "GET", "/malware-protection-plan");
    expect(answer).to.include({ status: 400, code: "NotImplementedException" });
    expect(answer.body.message).to.contain("guardduty:ListMalwareProtectionPlans");
    expect(world.log.join()).to.contain("ListMalwareProtectionPlans");
  });

  it("refuses a path that the service has not", async () => {
    const answer = await world.call("securityhub", WORKLOAD, "GET", "/nothing");
    expect(answer).to.include({ status: 404, code: "UnknownOperationException" });
  });

  it("refuses a service that it does not serve", async () => {
    expect(await world.call("macie2", WORKLOAD, "GET", "/")).to.include({ status: 404 });
  });

  it("knows the service from the signature's scope too", async () => {
    const response = await fetch(`${world.services.endpoint}/detector`, {
      headers: {
        authorization: "AWS4-HMAC-SHA256 Credential=A/20261122/eu-central-1/guardduty/aws4_request, Signature=0",
        "x-firebreak-account": WORKLOAD,
        "x-firebreak-region": HOME,
        "x-firebreak-principal": "arn:aws:iam::333333333333:root",
      },
    });
    expect(await response.json()).to.deep.equal({ detectorIds: [] });
  });

  it("admits nobody without the secret, where there is one", async () => {
    const guarded = await startServices({
      emulatorEndpoint: "http://127.0.0.1:1",
      organization: { describe: async () => undefined, ancestors: async () => [] } as unknown as OrganizationView,
      rootCredentials: () => ({ accessKeyId: "a", secretAccessKey: "b" }),
      secret: "s3cret",
    });
    const headers = {
      "x-firebreak-service": "guardduty",
      "x-firebreak-account": WORKLOAD,
      "x-firebreak-region": HOME,
      "x-firebreak-principal": "p",
    };
    expect((await fetch(`${guarded.endpoint}/detector`, { headers })).status).to.equal(403);
    const admitted = await fetch(`${guarded.endpoint}/detector`, {
      headers: { ...headers, "x-firebreak-secret": "s3cret" },
    });
    expect(admitted.status).to.equal(200);
    await guarded.stop();
  });

  it("answers a body that is no JSON in the service's own words", async () => {
    const response = await fetch(`${world.services.endpoint}/accounts`, {
      method: "POST",
      body: "{",
      headers: {
        "x-firebreak-service": "securityhub",
        "x-firebreak-account": WORKLOAD,
        "x-firebreak-region": HOME,
        "x-firebreak-principal": "p",
      },
    });
    expect(response.status).to.equal(400);
    expect(await response.json()).to.include({ Code: "InvalidInputException" });
  });

  describe("what to authorise", () => {
    const action = (service: string, method: string, path: string, body?: Record<string, unknown>) =>
      world.services.iamAction(service, method, path, body);

    it("is the detector of the path", () => {
      expect(action("guardduty", "DELETE", "/detector/abc")).to.deep.equal({
        action: "guardduty:DeleteDetector",
        resource: "arn:{partition}:guardduty:{region}:{account}:detector/abc",
      });
    });
    it("is anything where AWS checks no resource", () => {
      expect(action("guardduty", "POST", "/admin/enable").resource).to.equal("*");
    });
    it("is the ARN whose tags are asked for, encoded or not", () => {
      const arn = "arn:aws:guardduty:eu-central-1:333333333333:detector/abc";
      for (const path of [`/tags/${encodeURIComponent(arn)}`, `/tags/${arn}`])
        expect(action("guardduty", "GET", path)).to.deep.equal({
          action: "guardduty:ListTagsForResource",
          resource: arn,
        });
    });
    it("is the hub for findings, and the product for imports", () => {
      expect(action("securityhub", "POST", "/findings").resource).to.match(/:hub\/default$/);
      const ProductArn = "arn:aws:securityhub:eu-central-1::product/prowler/prowler";
      expect(action("securityhub", "POST", "/findings/import", { Findings: [{ ProductArn }] })).to.deep.equal({
        action: "securityhub:BatchImportFindings",
        resource: ProductArn,
      });
    });
    it("can be asked over HTTP", async () => {
      const headers = { "x-firebreak-service": "securityhub", "x-firebreak-ask": "permission" };
      const ask = (method: string, path: string) => fetch(`${world.services.endpoint}${path}`, { method, headers });
      const answer = await ask("DELETE", "/accounts");
      expect(await answer.json()).to.deep.equal({
        action: "securityhub:DisableSecurityHub",
        resource: "arn:{partition}:securityhub:{region}:{account}:hub/default",
      });
      expect((await ask("PUT", "/accounts")).status).to.equal(404);
    });
    it("fails for what is no operation", () => {
      expect(() => action("guardduty", "PUT", "/detector")).to.throw("no operation at PUT /detector");
    });
  });
});
