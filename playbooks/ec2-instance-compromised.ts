import { captureConsole } from "../functions/capture-console";
import { captureInstance } from "../functions/capture-instance";
import { collectFromInstance } from "../functions/collect-from-instance";
import { detachInstance } from "../functions/detach-instance";
import { isolateInstance } from "../functions/isolate-instance";
import { preserveVolumes } from "../functions/preserve-volumes";
import { protectInstance } from "../functions/protect-instance";
import { removeInstanceProfile } from "../functions/remove-instance-profile";
import type { Playbook } from "./playbook";

/**
 * An EC2 instance is under somebody else's control, or looks like it.
 *
 * Finding types: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-ec2.html,
 * findings-runtime-monitoring.html and findings-malware-protection.html in the same guide. `Recon:EC2/PortProbe…` is
 * left out: there the instance is only looked at. Which severities get here at all is the event rule's to decide.
 */
export const ec2InstanceCompromised: Playbook = {
  name: "ec2-instance-compromised",
  title: "EC2 instance compromised",
  summary: "Captures a compromised instance, cuts it off from everything, and keeps what is needed to put it back.",
  answers: [
    {
      source: "guardduty",
      resourceType: "AwsEc2Instance",
      types: [
        "Backdoor:EC2/*",
        "Behavior:EC2/*",
        "CryptoCurrency:EC2/*",
        "DefenseEvasion:EC2/*",
        "Discovery:EC2/*",
        "Execution:EC2/MaliciousFile",
        "Impact:EC2/*",
        "Recon:EC2/Portscan",
        "Trojan:EC2/*",
        "UnauthorizedAccess:EC2/*",
        "Backdoor:Runtime/*",
        "CryptoCurrency:Runtime/*",
        "DefenseEvasion:Runtime/*",
        "Discovery:Runtime/*",
        "Execution:Runtime/*",
        "Impact:Runtime/*",
        "Persistence:Runtime/*",
        "PrivilegeEscalation:Runtime/*",
        "Trojan:Runtime/*",
        "UnauthorizedAccess:Runtime/*",
      ],
    },
  ],
  evidence: [
    { action: captureInstance, timeLimitSeconds: 60 },
    { action: captureConsole, timeLimitSeconds: 60 },
    { action: preserveVolumes, timeLimitSeconds: 60 },
  ],
  containment: [
    { action: protectInstance, timeLimitSeconds: 60 },
    {
      parallel: [
        [{ action: detachInstance, timeLimitSeconds: 120 }],
        [
          { action: removeInstanceProfile, timeLimitSeconds: 60 },
          { action: collectFromInstance, timeLimitSeconds: 240 },
        ],
      ],
    },
    { action: isolateInstance, timeLimitSeconds: 60 },
  ],
};
