import { GuardDuty } from "@aws-sdk/client-guardduty";
import type { InvokeDefinition } from "./definition";

/** `aws.guardduty.getDetector`. */
export const guardDutyInvokes: readonly InvokeDefinition[] = [
  {
    token: "aws:guardduty/getDetector:getDetector",
    async run(aws, args) {
      const client = aws.client(GuardDuty);
      const given = args["id"] as string | undefined;
      const id = given ?? (await client.listDetectors({})).DetectorIds?.[0];
      if (!id) throw new Error(`reading GuardDuty Detector: empty result in ${aws.region}`);
      const found = await client.getDetector({ DetectorId: id });
      const features = (found.Features ?? []).map((feature) => ({
        name: feature.Name,
        status: feature.Status,
        additionalConfigurations: (feature.AdditionalConfiguration ?? []).map(({ Name, Status }) => ({
          name: Name,
          status: Status,
        })),
      }));
      return {
        id,
        region: aws.region,
        arn: aws.arn("guardduty", `detector/${id}`),
        status: found.Status,
        serviceRoleArn: found.ServiceRole,
        findingPublishingFrequency: found.FindingPublishingFrequency,
        features,
        tags: found.Tags ?? {},
      };
    },
  },
];
