import { GuardDuty } from "@aws-sdk/client-guardduty";
import { SecurityHub } from "@aws-sdk/client-securityhub";
import { expect } from "chai";
import { emulatorOrganization, startServices, type Services } from "../../../local/services";
import { MANAGEMENT, policy, refusal, REGION, SECURITY, startWorld, userOf, type World } from "../emulator/support";

describe("services beside the emulator: what the launcher passes on", () => {
  let world: World;
  let services: Services;
  let organization: ReturnType<typeof emulatorOrganization>;

  before(async () => {
    world = await startWorld();
    const { emulator } = world;
    const rootCredentials = (account: string) => emulator.rootCredentials(account);
    organization = emulatorOrganization({
      endpoint: emulator.endpoint,
      managementAccountId: MANAGEMENT,
      credentials: rootCredentials(MANAGEMENT),
    });
    const secret = "of this test";
    services = await startServices({ emulatorEndpoint: emulator.endpoint, organization, rootCredentials, secret });
    await emulator.serve({ ...services, secret });
  });
  after(async () => {
    await services?.stop();
    organization?.destroy();
    await world?.end();
  });
  afterEach(() => world.emulator.control.call("PUT", "faults", { rules: [] }));

  const calls = (action: string) => world.emulator.ledger((call) => call.action === action);

  it("reaches the service as the account and region of the caller", async () => {
    const guardDuty = new GuardDuty(world.root(SECURITY));
    const { DetectorId: id } = await guardDuty.createDetector({ Enable: true });
    expect((await guardDuty.listDetectors({})).DetectorIds).to.deep.equal([id]);
    const elsewhere = new GuardDuty({ ...world.root(SECURITY), region: "us-east-1" });
    expect((await elsewhere.listDetectors({})).DetectorIds).to.deep.equal([]);
    const other = new GuardDuty(world.root(MANAGEMENT));
    expect((await other.listDetectors({})).DetectorIds).to.deep.equal([]);
  });

  it("checks the caller's permission for the operation, on its resource, and records the call", async () => {
    const root = new GuardDuty(world.root(SECURITY));
    const [id = ""] = (await root.listDetectors({})).DetectorIds ?? [];
    const arn = `arn:aws:guardduty:${REGION}:${SECURITY}:detector/${id}`;
    const reader = new GuardDuty(
      await userOf(world, SECURITY, "reader", policy({ Action: "guardduty:GetDetector", Resource: arn })),
    );
    expect((await reader.getDetector({ DetectorId: id })).Status).to.equal("ENABLED");
    const refused = await refusal(reader.deleteDetector({ DetectorId: id }));
    expect(refused.name).to.equal("AccessDeniedException");
    expect(refused.message).to.contain("guardduty:DeleteDetector").and.to.contain(arn);
    expect((await calls("guardduty:GetDetector")).at(-1)).to.include({
      principal: `arn:aws:iam::${SECURITY}:user/reader`,
      account: SECURITY,
      region: REGION,
      resource: arn,
      decision: "allow",
    });
    expect((await calls("guardduty:DeleteDetector")).at(-1)).to.include({ decision: "deny", resource: arn });
    const other = await refusal(reader.getDetector({ DetectorId: "0".repeat(32) }));
    expect(other.name).to.equal("AccessDeniedException");
  });

  it("refuses credentials that nobody has", async () => {
    const nobody = {
      ...world.root(SECURITY),
      credentials: { accessKeyId: "AKIAQQQQQQQQQQQQQQQQ", secretAccessKey: "x" },
    };
    const refused = await refusal(new SecurityHub(nobody).describeHub({}));
    expect(refused.name).to.match(/UnrecognizedClientException|InvalidClientTokenId/);
  });

  it("is the only way to the service, and does not take a caller's word for who it is", async () => {
    const headers = {
      "x-firebreak-service": "guardduty",
      "x-firebreak-account": SECURITY,
      "x-firebreak-region": REGION,
    };
    expect((await fetch(`${services.endpoint}/detector`, { headers })).status).to.equal(403);
    const pretender = new GuardDuty(world.root(MANAGEMENT));
    pretender.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: object }).headers, headers);
        return next(args);
      },
      { step: "build" },
    );
    expect((await pretender.listDetectors({})).DetectorIds).to.deep.equal([]);
  });

  it("hands on the service's own errors, and records them", async () => {
    const refused = await refusal(new GuardDuty(world.root(SECURITY)).createDetector({ Enable: true }));
    expect(refused.name).to.equal("BadRequestException");
    expect((await calls("guardduty:CreateDetector")).at(-1)).to.include({ decision: "error" });
  });

  it("takes ARNs in paths", async () => {
    const hub = new SecurityHub(world.root(SECURITY));
    await hub.enableSecurityHub({ EnableDefaultStandards: false });
    const { ActionTargetArn: arn } = await hub.createActionTarget({
      Name: "Isolate",
      Description: "Isolates",
      Id: "I1",
    });
    await hub.updateActionTarget({ ActionTargetArn: arn, Name: "Cut off" });
    const { ActionTargets } = await hub.describeActionTargets({ ActionTargetArns: [arn ?? ""] });
    expect(ActionTargets?.map(({ Name }) => Name)).to.deep.equal(["Cut off"]);
  });

  it("lets faults strike its calls", async () => {
    const rules = [{ kind: "throttle", action: "guardduty:List*", count: 1 }];
    await world.emulator.control.call("PUT", "faults", { rules });
    const once = new GuardDuty({ ...world.root(SECURITY), maxAttempts: 1 });
    const refused = await refusal(once.listDetectors({}));
    expect(refused.message).to.match(/[Rr]ate|[Tt]hrottl/);
    expect((await once.listDetectors({})).DetectorIds).to.have.length(1);
  });
});
