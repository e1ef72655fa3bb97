import { expect } from "chai";
import { explain } from "../../rollout/explain";
import { Failure } from "../../rollout/failure";

const where = { prefix: "acme", region: "eu-west-1", account: "200000000000", table: "acme-cases" };

function thrown(name: string, message = "because", more: object = {}): Error {
  return Object.assign(new Error(message), { name }, more);
}

function mendOf(error: Error): string {
  const explained = explain(error, where);
  expect(explained).to.be.instanceOf(Failure);
  return `${(explained as Failure).message}\n${(explained as Failure).mend}`;
}

describe("explain", () => {
  it("says how to get credentials where there are none", () => {
    expect(mendOf(thrown("CredentialsProviderError")))
      .to.include("AWS_PROFILE")
      .and.to.include("local --keep");
  });

  it("says that the master stack is not deployed, or which prefix was meant, where there is no table", () => {
    const text = mendOf(thrown("ResourceNotFoundException"));
    expect(text).to.include("acme-cases").and.to.include("Deploy the master stack").and.to.include("FIREBREAK_PREFIX");
  });

  it("asks for a region where none is set", () => {
    expect(mendOf(thrown("Error", "Region is missing"))).to.include("AWS_REGION");
  });

  it("names account and region where AWS refuses", () => {
    expect(mendOf(thrown("AccessDeniedException", "not authorized to perform: dynamodb:Query")))
      .to.include("200000000000")
      .and.to.include("dynamodb:Query");
  });

  it("says that nothing answers where the connection is refused", () => {
    expect(mendOf(thrown("Error", "connect", { code: "ECONNREFUSED" }))).to.include("cannot be reached");
  });

  it("leaves what it does not know as it is", () => {
    const error = thrown("SomethingElse");
    expect(explain(error, where)).to.equal(error);
  });
});
