import { expect } from "chai";
import { distance } from "../../rollout/case-list";

describe("distance between case ids", () => {
  it("is nothing between the same", () => {
    expect(distance("c-1", "c-1")).to.equal(0);
  });

  it("counts a letter changed, left out, put in", () => {
    expect(distance("c-20261122", "c-20261123")).to.equal(1);
    expect(distance("c-2026112", "c-20261122")).to.equal(1);
    expect(distance("c-202611222", "c-20261122")).to.equal(1);
  });

  it("is the length of the other where one is empty", () => {
    expect(distance("", "abc")).to.equal(3);
  });
});
