import type { Drill } from "./drill";
import { linkedRegion, randomId, sendInLinkedRegion } from "./linked-region";

/** A kind of finding that has no playbook of its own, about an access key: evidence and a message, nothing is changed. */
export const guardDutyHighAbout = (accessKey: string): Drill => ({
  name: "guardduty-high",
  summary: "GuardDuty reports, with severity 8.9, that a member's trail was switched off: no playbook of its own",
  subject: () => accessKey,
  ends: { by: "case", state: "reported", findings: 1 },
  async send({ world }) {
    const { id: account } = world.drillAccount;
    const id = randomId();
    const detectorId = "12abc34d567e8fa901bc2d34e56789f0";
    const now = new Date();
    const firstSeen = new Date(now.getTime() - 4 * 60_000).toISOString();
    await sendInLinkedRegion(world, {
      source: "aws.guardduty",
      detailType: "GuardDuty Finding",
      detail: {
        schemaVersion: "2.0",
        accountId: account,
        region: linkedRegion,
        partition: "aws",
        id,
        arn: `arn:aws:guardduty:${linkedRegion}:${account}:detector/${detectorId}/finding/${id}`,
        type: "Stealth:IAMUser/CloudTrailLoggingDisabled",
        resource: {
          resourceType: "AccessKey",
          accessKeyDetails: {
            accessKeyId: accessKey,
            principalId: "AROADRILL00000000001:deploy",
            userType: "AssumedRole",
            userName: "deploy",
          },
        },
        service: {
          serviceName: "guardduty",
          detectorId,
          action: {
            actionType: "AWS_API_CALL",
            awsApiCallAction: {
              api: "StopLogging",
              serviceName: "cloudtrail.amazonaws.com",
              callerType: "Remote IP",
              remoteIpDetails: { ipAddressV4: "198.51.100.24", country: { countryName: "Nowhere" } },
              affectedResources: { "AWS::CloudTrail::Trail": "organization" },
            },
          },
          resourceRole: "TARGET",
          additionalInfo: { value: "{}", type: "default" },
          eventFirstSeen: firstSeen,
          eventLastSeen: now.toISOString(),
          archived: false,
          count: 1,
        },
        severity: 8.9,
        createdAt: firstSeen,
        updatedAt: now.toISOString(),
        title: "An AWS CloudTrail trail organization was disabled.",
        description:
          "AWS CloudTrail trail organization was disabled by deploy calling StopLogging under unusual circumstances.",
      },
    });
    return id;
  },
});

export const guardDutyHigh = guardDutyHighAbout("ASIADRILL00000000001");
