import path from "node:path";
import type { Credentials } from "./world/clients";

/**
 * Takes the user's own AWS and Pulumi settings out of this process and of all it starts: nothing here may ever reach
 * a real account, whatever profile is chosen in the shell.
 */
export function isolateEnvironment(): void {
  for (const name of Object.keys(process.env))
    if (/^(AWS|PULUMI|FIREBREAK)_/.test(name) && !kept.has(name)) delete process.env[name];
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  process.env.AWS_EC2_METADATA_DISABLED = "true";
  process.env.AWS_CONFIG_FILE = path.join(__dirname, "no-such-file");
  process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(__dirname, "no-such-file");
}

/** What of ours and of the engine's says where things are kept, not which account is meant. */
const kept = new Set(["FIREBREAK_CACHE", "FIREBREAK_DEBUG", "FIREBREAK_LOCAL", "FIREBREAK_PREFIX", "PULUMI_HOME"]);

/** The variables with which a process acts as someone in the organisation on this machine. */
export function actAs(place: { endpoint: string; region: string }, who: Credentials): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: place.endpoint,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: who.accessKeyId,
    AWS_SECRET_ACCESS_KEY: who.secretAccessKey,
  };
}
