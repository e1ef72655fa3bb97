import { randomUUID } from "node:crypto";
import type { Drill } from "./drill";
import { linkedRegion, sendInLinkedRegion } from "./linked-region";

/** Root signs in through an endpoint of the linked region, where the sign-in is recorded. */
export const rootActivity: Drill = {
  name: "root-activity",
  summary: "the root user of a member account signs in without MFA, through the linked region",
  subject: ({ drillAccount }) => drillAccount.id,
  ends: { by: "case", state: "reported", findings: 1 },
  async send({ world }) {
    const { id } = world.drillAccount;
    const eventID = randomUUID();
    await sendInLinkedRegion(world, {
      source: "aws.signin",
      detailType: "AWS Console Sign In via CloudTrail",
      detail: {
        eventVersion: "1.11",
        userIdentity: { type: "Root", principalId: id, arn: `arn:aws:iam::${id}:root`, accountId: id, accessKeyId: "" },
        eventTime: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
        eventSource: "signin.amazonaws.com",
        eventName: "ConsoleLogin",
        awsRegion: linkedRegion,
        sourceIPAddress: "198.51.100.24",
        userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        requestParameters: null,
        responseElements: { ConsoleLogin: "Success" },
        additionalEventData: {
          LoginTo: "https://console.aws.amazon.com/console/home?state=hashArgs",
          MobileVersion: "No",
          MFAUsed: "No",
        },
        eventID,
        readOnly: false,
        eventType: "AwsConsoleSignIn",
        managementEvent: true,
        recipientAccountId: id,
        eventCategory: "Management",
        tlsDetails: {
          tlsVersion: "TLSv1.3",
          cipherSuite: "TLS_AES_128_GCM_SHA256",
          clientProvidedHostHeader: `${linkedRegion}.signin.aws.amazon.com`,
        },
      },
    });
    return eventID;
  },
};
