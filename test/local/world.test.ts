import { expect } from "chai";
import { planOrganization } from "../../local/world";

describe("the plan of the organisation on this machine", () => {
  it("has management, master, service and suspended accounts, each with an id of its own", () => {
    const { management, master, services, suspended } = planOrganization(25);
    const ids = [management, master, ...services, suspended].map(({ id }) => id);
    expect(services).to.have.lengthOf(25);
    expect(new Set(ids).size).to.equal(28);
    for (const id of ids) expect(id).to.match(/^\d{12}$/);
  });

  it("puts every account in a unit that is planned, parents first", () => {
    const { units, master, services, suspended } = planOrganization(10);
    const known = new Set([""]);
    for (const unit of units) {
      expect(known.has(unit.slice(0, -1).join("/")), unit.join("/")).to.equal(true);
      known.add(unit.join("/"));
    }
    for (const { unit } of [master, ...services, suspended]) expect(known.has(unit.join("/"))).to.equal(true);
  });

  it("is the same every time", () => {
    expect(planOrganization(7)).to.deep.equal(planOrganization(7));
  });

  for (const accounts of [0, 2, 201, 3.5])
    it(`refuses ${accounts} service accounts`, () => {
      expect(() => planOrganization(accounts)).to.throw(RangeError, `--accounts ${accounts}`);
    });
});
