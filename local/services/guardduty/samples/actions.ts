import type { Json } from "../../service";
import type { ActionKind, FindingType } from "./types";

const remoteIpDetails = {
  ipAddressV4: "198.51.100.0",
  organization: { asn: "-1", asnOrg: "GeneratedFindingASNOrg", isp: "GeneratedFindingISP", org: "GeneratedFindingORG" },
  country: { countryName: "GeneratedFindingCountryName" },
  city: { cityName: "GeneratedFindingCityName" },
  geoLocation: { lat: 0, lon: 0 },
};
const localPortDetails = { port: 2000, portName: "Unknown" };
const localIpDetails = { ipAddressV4: "10.0.0.23" };

/** What GuardDuty saw, in the shape that each kind of action has in `service`. */
export function sampleAction(kind: ActionKind, finding: FindingType, time: Date): Json {
  const seconds = Math.floor(time.getTime() / 1000);
  switch (kind) {
    case "network":
      return {
        action: {
          actionType: "NETWORK_CONNECTION",
          networkConnectionAction: {
            connectionDirection: finding.role === "ACTOR" ? "OUTBOUND" : "INBOUND",
            remoteIpDetails,
            remotePortDetails: { port: 22, portName: "SSH" },
            localPortDetails,
            protocol: "TCP",
            blocked: false,
            localIpDetails,
          },
        },
      };
    case "dns":
      return {
        action: {
          actionType: "DNS_REQUEST",
          dnsRequestAction: { domain: "GeneratedFindingDomainName", protocol: "UDP", blocked: false },
        },
      };
    case "api":
      return {
        action: {
          actionType: "AWS_API_CALL",
          awsApiCallAction: {
            api: "GeneratedFindingAPIName",
            serviceName: "GeneratedFindingAPIServiceName",
            callerType: "Remote IP",
            remoteIpDetails,
            affectedResources: {},
          },
        },
      };
    case "probe":
      return {
        action: {
          actionType: "PORT_PROBE",
          portProbeAction: {
            portProbeDetails: [{ localPortDetails: { port: 80, portName: "HTTP" }, remoteIpDetails, localIpDetails }],
            blocked: false,
          },
        },
      };
    case "kubernetes":
      return {
        action: {
          actionType: "KUBERNETES_API_CALL",
          kubernetesApiCallAction: {
            requestUri: "GeneratedFindingRequestURI",
            verb: "create",
            sourceIPs: ["198.51.100.0"],
            userAgent: "",
            remoteIpDetails,
            statusCode: 201,
            parameters: null,
          },
        },
      };
    case "login":
      return {
        action: {
          actionType: "RDS_LOGIN_ATTEMPT",
          rdsLoginAttemptAction: {
            remoteIpDetails,
            LoginAttributes: [
              {
                user: "GeneratedFindingUserName",
                application: "GeneratedFindingApplicationName",
                failedLoginAttempts: 1,
                successfulLoginAttempts: 1,
              },
            ],
          },
        },
      };
    case "runtime":
      return {
        action: { actionType: "NETWORK_CONNECTION" },
        featureName: "RuntimeMonitoring",
        runtimeDetails: {
          process: {
            pid: 1234,
            name: "GeneratedFindingProcessName",
            uuid: "a1b2c3d4",
            executablePath: "GeneratedFindingProcessExecutablePath",
            executableSha256: "GeneratedFindingProcessExecutableSha256",
            pwd: "GeneratedFindingProcessPWD",
            user: "GeneratedFindingProcessUser",
            userId: 1000,
            euid: 1000,
            startTime: seconds,
            lineage: [],
          },
          context: {},
        },
      };
    case "malware":
      return {
        featureName: "EbsVolumeScan",
        ebsVolumeScanDetails: {
          scanId: "GeneratedFindingScanId",
          scanStartedAt: seconds,
          scanCompletedAt: seconds,
          triggerFindingId: "GeneratedFindingTriggerFindingId",
          sources: ["Bitdefender"],
          scanType: "GUARDDUTY_INITIATED",
          scanDetections: {
            scannedItemCount: { totalGb: 1, files: 10, volumes: 1 },
            threatsDetectedItemCount: { files: 1 },
            highestSeverityThreatDetails: { severity: "HIGH", threatName: "EICAR-Test-File", count: 1 },
            threatDetectedByName: { itemCount: 1, uniqueThreatNameCount: 1, shortened: false, threatNames: [] },
          },
        },
      };
    case "none":
      return { detection: { sequence: sequence(finding, seconds) } };
  }
}

const sequence = ({ title, severity }: FindingType, seconds: number) => ({
  uid: "GeneratedFindingSequenceUid",
  description: title.replace("{}", "GeneratedFindingUserName"),
  actors: [{ id: "GeneratedFindingActorId" }],
  signals: [
    {
      uid: "GeneratedFindingSignalUid",
      type: "FINDING",
      name: "Discovery:IAMUser/AnomalousBehavior",
      createdAt: seconds,
      updatedAt: seconds,
      firstSeenAt: seconds,
      lastSeenAt: seconds,
      severity,
      count: 1,
    },
  ],
});
