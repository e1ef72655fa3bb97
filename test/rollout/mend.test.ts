import { expect } from "chai";
import { mendFor } from "../../rollout/mend";

const plan = { stack: "service-300000000001", account: { id: "300000000001", name: "shop" }, role: "Deploy" };

describe("what to do about a failed deployment", () => {
  const cases: [error: string, mend: string][] = [
    ["IAM Role (arn:aws:iam::300000000001:role/Deploy) cannot be assumed", "firebreak:deployRole"],
    ["api error AccessDenied: not authorized to perform: iam:CreateRole", "Allow Deploy in account 300000000001"],
    ["policy violated: s3-bucket-require-object-lock (a): no lock", "policy pack is enforced"],
    ["the stack is currently locked by 1 lock(s)", "pulumi cancel --stack service-300000000001"],
    ["connect ECONNREFUSED 127.0.0.1:1", "can be reached"],
    ["something new", "goes on where it was"],
  ];
  for (const [error, mend] of cases)
    it(`about "${error}"`, () => {
      expect(mendFor(error, plan)).to.include(mend);
    });
});
