/** What a finding type is about, and what was seen: each has a shape of its own in the finding. */
export type ResourceKind = "instance" | "accessKey" | "bucket" | "eks" | "rds" | "lambda" | "container" | "sequence";
export type ActionKind = "network" | "dns" | "api" | "probe" | "kubernetes" | "login" | "runtime" | "malware" | "none";

export interface FindingType {
  type: string;
  /** GuardDuty's severity: 1.0 to 10.0. */
  severity: number;
  resource: ResourceKind;
  action: ActionKind;
  /** `TARGET` or `ACTOR`: which part the resource plays. */
  role: "TARGET" | "ACTOR";
  /** Title without the resource, which stands where `{}` is. */
  title: string;
}

/** Type, severity, resource, action, role and title of the findings that samples can be had of here. */
const table = `
Backdoor:EC2/C&CActivity.B|8|instance|network|ACTOR|{} is communicating with a known command and control server.
Backdoor:EC2/C&CActivity.B!DNS|8|instance|dns|ACTOR|Command and Control server domain name queried by {}.
Backdoor:EC2/DenialOfService.Tcp|8|instance|network|ACTOR|{} is behaving in a manner that may indicate it is being used to perform a Denial of Service attack over TCP.
Behavior:EC2/NetworkPortUnusual|5|instance|network|ACTOR|{} is communicating with a remote host on an unusual port.
Behavior:EC2/TrafficVolumeUnusual|5|instance|network|ACTOR|{} is generating unusually large amounts of network traffic.
CryptoCurrency:EC2/BitcoinTool.B|8|instance|network|ACTOR|{} is communicating with an IP address associated with cryptocurrency activity.
CryptoCurrency:EC2/BitcoinTool.B!DNS|8|instance|dns|ACTOR|{} is querying a domain name associated with cryptocurrency activity.
Impact:EC2/PortSweep|8|instance|network|ACTOR|{} is probing a port on a large number of IP addresses.
Impact:EC2/MaliciousDomainRequest.Reputation|8|instance|dns|ACTOR|{} is querying a low reputation domain associated with known malicious domains.
Recon:EC2/PortProbeUnprotectedPort|2|instance|probe|TARGET|Unprotected port on {} is being probed.
Recon:EC2/Portscan|5|instance|network|ACTOR|{} is performing outbound port scans.
Trojan:EC2/BlackholeTraffic|5|instance|network|ACTOR|{} is attempting to communicate with an IP address of a remote host that is a known black hole.
Trojan:EC2/DNSDataExfiltration|8|instance|dns|ACTOR|{} is attempting to query domain names that resemble exfiltrated data.
UnauthorizedAccess:EC2/MaliciousIPCaller.Custom|5|instance|network|ACTOR|{} is communicating with a disallowed IP address.
UnauthorizedAccess:EC2/MetadataDNSRebind|8|instance|dns|TARGET|{} is performing DNS lookups that resolve to the instance metadata service.
UnauthorizedAccess:EC2/RDPBruteForce|2|instance|network|TARGET|{} is performing RDP brute force attacks.
UnauthorizedAccess:EC2/SSHBruteForce|2|instance|network|TARGET|{} is performing SSH brute force attacks.
UnauthorizedAccess:EC2/TorClient|8|instance|network|ACTOR|{} is communicating with a Tor entry node.
UnauthorizedAccess:EC2/TorRelay|8|instance|network|ACTOR|{} is acting as a Tor relay.
Execution:EC2/MaliciousFile|8|instance|malware|TARGET|Malware scan on {} has detected a security risk.
Backdoor:Runtime/C&CActivity.B|8|instance|runtime|ACTOR|{} is communicating with a known command and control server.
CryptoCurrency:Runtime/BitcoinTool.B|8|instance|runtime|ACTOR|{} is communicating with an IP address associated with cryptocurrency activity.
Execution:Runtime/ReverseShell|8|instance|runtime|ACTOR|A process on {} has a reverse shell.
PrivilegeEscalation:Runtime/DockerSocketAccessed|5|container|runtime|ACTOR|A container on {} is communicating with the Docker daemon.
CredentialAccess:IAMUser/AnomalousBehavior|5|accessKey|api|TARGET|{} is anomalously invoking APIs commonly used in CredentialAccess tactics.
DefenseEvasion:IAMUser/AnomalousBehavior|5|accessKey|api|TARGET|{} is anomalously invoking APIs commonly used in DefenseEvasion tactics.
Discovery:IAMUser/AnomalousBehavior|2|accessKey|api|TARGET|{} is anomalously invoking APIs commonly used in Discovery tactics.
Exfiltration:IAMUser/AnomalousBehavior|8|accessKey|api|TARGET|{} is anomalously invoking APIs commonly used in Exfiltration tactics.
Impact:IAMUser/AnomalousBehavior|8|accessKey|api|TARGET|{} is anomalously invoking APIs commonly used in Impact tactics.
InitialAccess:IAMUser/AnomalousBehavior|5|accessKey|api|TARGET|{} is anomalously invoking APIs commonly used in InitialAccess tactics.
PenTest:IAMUser/KaliLinux|5|accessKey|api|TARGET|API {} was invoked from a Kali Linux computer.
Persistence:IAMUser/AnomalousBehavior|5|accessKey|api|TARGET|{} is anomalously invoking APIs commonly used in Persistence tactics.
Policy:IAMUser/RootCredentialUsage|2|accessKey|api|TARGET|API was invoked using root credentials by {}.
PrivilegeEscalation:IAMUser/AnomalousBehavior|5|accessKey|api|TARGET|{} is anomalously invoking APIs commonly used in PrivilegeEscalation tactics.
Recon:IAMUser/MaliciousIPCaller|5|accessKey|api|TARGET|Reconnaissance API was invoked by {} from a known malicious IP address.
Stealth:IAMUser/CloudTrailLoggingDisabled|2|accessKey|api|TARGET|AWS CloudTrail trail was disabled by {}.
UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B|5|accessKey|api|TARGET|Multiple worldwide successful console logins of {} were observed.
UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS|8|accessKey|api|TARGET|Credentials of the instance role of {} were used from another AWS account.
UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS|8|accessKey|api|TARGET|Credentials of the instance role of {} were used from an external IP address.
UnauthorizedAccess:IAMUser/MaliciousIPCaller|5|accessKey|api|TARGET|API was invoked by {} from a known malicious IP address.
UnauthorizedAccess:IAMUser/TorIPCaller|5|accessKey|api|TARGET|API was invoked by {} from a Tor exit node.
Discovery:S3/MaliciousIPCaller|8|bucket|api|TARGET|S3 discovery API was invoked on {} from a known malicious IP address.
Exfiltration:S3/AnomalousBehavior|8|bucket|api|TARGET|An entity invoked an S3 API commonly used to exfiltrate data on {} in a suspicious way.
Exfiltration:S3/MaliciousIPCaller|8|bucket|api|TARGET|S3 API commonly used to exfiltrate data was invoked on {} from a known malicious IP address.
Impact:S3/AnomalousBehavior.Delete|8|bucket|api|TARGET|An entity invoked an S3 API commonly used to delete data on {} in a suspicious way.
Policy:S3/AccountBlockPublicAccessDisabled|2|bucket|api|TARGET|Amazon S3 Block Public Access was disabled for the account of {}.
Policy:S3/BucketAnonymousAccessGranted|8|bucket|api|TARGET|Amazon S3 bucket {} was made public.
Policy:S3/BucketBlockPublicAccessDisabled|2|bucket|api|TARGET|Amazon S3 Block Public Access was disabled for {}.
Policy:S3/BucketPublicAccessGranted|8|bucket|api|TARGET|Public access was granted to all authenticated AWS users for {}.
Stealth:S3/ServerAccessLoggingDisabled|2|bucket|api|TARGET|Server access logging was disabled for {}.
UnauthorizedAccess:S3/TorIPCaller|8|bucket|api|TARGET|An API was invoked on {} from a Tor exit node.
CredentialAccess:Kubernetes/MaliciousIPCaller|8|eks|kubernetes|TARGET|Kubernetes API commonly used in CredentialAccess tactics was invoked on {} from a known malicious IP address.
Policy:Kubernetes/AnonymousAccessGranted|8|eks|kubernetes|TARGET|The system:anonymous user was granted API permission on {}.
CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin|8|rds|login|TARGET|A user logged in to {} in an anomalous way.
CredentialAccess:RDS/MaliciousIPCaller.FailedLogin|5|rds|login|TARGET|A known malicious IP address failed to log in to {}.
Backdoor:Lambda/C&CActivity.B|8|lambda|network|ACTOR|{} is communicating with a known command and control server.
CryptoCurrency:Lambda/BitcoinTool.B|8|lambda|network|ACTOR|{} is communicating with an IP address associated with cryptocurrency activity.
AttackSequence:IAM/CompromisedCredentials|9|sequence|none|TARGET|A sequence of actions indicates compromised credentials of {}.
AttackSequence:S3/CompromisedData|9|sequence|none|TARGET|A sequence of actions indicates compromise of data in {}.
`;

/**
 * The finding types that samples can be had of, with GuardDuty's own severities.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-active.html
 */
export const findingTypes: readonly FindingType[] = table
  .trim()
  .split("\n")
  .map((line) => {
    const [type, severity, resource, action, role, title] = line.split("|") as string[];
    return { type, severity: Number(severity), resource, action, role, title } as FindingType;
  });

export const findingType = (name: string) => findingTypes.find(({ type }) => type === name);
