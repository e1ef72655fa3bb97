import { expect } from "chai";
import { isPutBack, renderRefused } from "../../local/report";

describe("whether an instance is put back", () => {
  const before = { "eth0 groups": "web", "eth0 tracked connections": "2", "instance profile": "web-server" };

  it("does not ask for connections that were cut", () => {
    expect(isPutBack(before, { ...before, "eth0 tracked connections": "0" })).to.equal(true);
  });

  it("is not so while anything else differs", () => {
    expect(isPutBack(before, { ...before, "instance profile": "none" })).to.equal(false);
  });

  it("is not so where the instance is not there any more", () => {
    expect(isPutBack(before, undefined)).to.equal(false);
  });
});

describe("refused calls", () => {
  it("are said to be none where there are none", () => {
    expect(renderRefused([], 1268)).to.equal("Refused: none of 1268 calls to AWS.");
  });

  it("are told with principal, action, resource and error", () => {
    const text = renderRefused(
      [
        {
          time: "2026-11-22T05:24:01.439Z",
          ms: 1,
          account: "300000000001",
          region: "eu-west-1",
          principal: "arn:aws:sts::300000000001:assumed-role/firebreak-member-captureInstance/c-1",
          action: "iam:GetInstanceProfile",
          resource: "*",
          decision: "deny",
          error: "AccessDenied: no",
          requestId: "r",
        },
      ],
      10,
    );
    for (const one of [
      "05:24:01.439",
      "captureInstance/c-1",
      "iam:GetInstanceProfile",
      "AccessDenied: no",
      "1 call of 10",
    ])
      expect(text).to.include(one);
  });
});
