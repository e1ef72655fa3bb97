import { expect } from "chai";
import { answers } from "../../functions/shared/answers";
import { ec2InstanceCompromised } from "../../playbooks/ec2-instance-compromised";
import { containmentActions } from "../../playbooks/playbook";
import { finding } from "../functions/fixtures";

const answersType = (type: string) => answers(ec2InstanceCompromised, { ...finding(), type });

describe("playbook EC2 instance compromised", () => {
  for (const type of [
    "Backdoor:EC2/C&CActivity.B!DNS",
    "Backdoor:EC2/DenialOfService.UdpOnTcpPorts",
    "CryptoCurrency:EC2/BitcoinTool.B",
    "DefenseEvasion:EC2/UnusualDNSResolver",
    "Execution:EC2/MaliciousFile",
    "Execution:Runtime/ReverseShell",
    "Impact:EC2/MaliciousDomainRequest.Reputation",
    "Recon:EC2/Portscan",
    "Trojan:EC2/DNSDataExfiltration",
    "UnauthorizedAccess:EC2/MetadataDNSRebind",
  ]) {
    it(`answers ${type}`, () => {
      expect(answersType(type)).to.equal(true);
    });
  }

  for (const type of [
    "Recon:EC2/PortProbeUnprotectedPort",
    "Execution:EC2/MaliciousFile!Snapshot",
    "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
    "Backdoor:Lambda/C&CActivity.B",
    "AttackSequence:EC2/CompromisedInstanceGroup",
  ]) {
    it(`does not answer ${type}`, () => {
      expect(answersType(type)).to.equal(false);
    });
  }

  it("takes the profile off before it collects, and isolates last", () => {
    const order = containmentActions(ec2InstanceCompromised).map(({ action }) => action.name);
    expect(order.indexOf("removeInstanceProfile")).to.be.lessThan(order.indexOf("collectFromInstance"));
    expect(order.at(-1)).to.equal("isolateInstance");
  });
});
