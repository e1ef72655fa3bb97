import { bucket } from "./s3-bucket";
import { bucketObject } from "./s3-object";
import { protectionSettings } from "./s3-protection";
import { accessSettings } from "./s3-settings";

/** Everything in `aws.s3` that Firebreak uses. */
export const resources = [bucket, bucketObject, ...protectionSettings, ...accessSettings];
