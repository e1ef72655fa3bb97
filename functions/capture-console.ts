import { EC2Client, GetConsoleOutputCommand, GetConsoleScreenshotCommand } from "@aws-sdk/client-ec2";
import type { Action, Applied, Evidence, Target } from "./shared/action";
import { isNamed } from "./shared/errors";
import { gather } from "./shared/gather";
import { instanceId, readInstance } from "./shared/instance";

interface Clients {
  ec2: EC2Client;
}

type Nothing = Record<string, never>;

/** The latest output where the instance can give it (Nitro), else what EC2 kept since the last start. */
async function consoleOutput(ec2: EC2Client, id: string): Promise<Evidence[]> {
  const ask = (latest: boolean) => ec2.send(new GetConsoleOutputCommand({ InstanceId: id, Latest: latest }));
  const { Output } = await ask(true).catch((error: unknown) => {
    if (isNamed(error, "UnsupportedOperation")) return ask(false);
    throw error;
  });
  if (!Output) throw new Error("EC2 has none yet");
  const body = Buffer.from(Output, "base64");
  return [{ name: "console-output.txt", contentType: "text/plain", body, source: "ec2:GetConsoleOutput" }];
}

async function consoleScreenshot(ec2: EC2Client, id: string): Promise<Evidence[]> {
  const { ImageData } = await ec2.send(new GetConsoleScreenshotCommand({ InstanceId: id, WakeUp: false }));
  if (!ImageData) throw new Error("EC2 gave an empty image");
  const body = Buffer.from(ImageData, "base64");
  const png = body.subarray(1, 4).toString("latin1") === "PNG";
  return [
    {
      name: png ? "console-screenshot.png" : "console-screenshot.jpg",
      contentType: png ? "image/png" : "image/jpeg",
      body,
      source: "ec2:GetConsoleScreenshot",
    },
  ];
}

async function plan(target: Target, { ec2 }: Clients) {
  await readInstance(ec2, instanceId(target));
  return { before: {}, after: {}, changes: [], blastRadius: [] };
}

async function apply(target: Target, { ec2 }: Clients): Promise<Applied<Nothing>> {
  const id = instanceId(target);
  const gathered = await gather([
    { what: "the console output", collect: () => consoleOutput(ec2, id) },
    { what: "the console screenshot", collect: () => consoleScreenshot(ec2, id) },
  ]);
  return { after: {}, ...gathered };
}

/** Keeps what the instance shows on its console. Bare metal and some Nitro sizes have no screenshot: that is noted. */
export const captureConsole: Action<Clients, Nothing, Nothing> = {
  name: "captureConsole",
  kind: "evidence",
  summary: "keeps the console's output and a screenshot of it",
  permissions: [
    { sid: "FindInstance", actions: ["ec2:DescribeInstances"], resources: ["*"] },
    {
      sid: "ReadConsole",
      actions: ["ec2:GetConsoleOutput", "ec2:GetConsoleScreenshot"],
      resources: ["arn:{partition}:ec2:*:{account}:instance/*"],
    },
  ],
  connect: ({ region, credentials }) => ({ ec2: new EC2Client({ region, credentials }) }),
  plan,
  apply,
  verify: () => Promise.resolve([]),
  undo: () => Promise.resolve({ restored: [], differences: [] }),
};
