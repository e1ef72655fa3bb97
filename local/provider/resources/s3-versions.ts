import type { ObjectIdentifier, S3 } from "@aws-sdk/client-s3";

/** Every version and delete marker in a bucket, a page at a time. The SDK has no paginator for this call. */
export async function* objectVersions(s3: S3, bucket: string, prefix?: string): AsyncGenerator<ObjectIdentifier[]> {
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await s3.listObjectVersions({ Bucket: bucket, Prefix: prefix, KeyMarker, VersionIdMarker });
    const all = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    if (all.length > 0) yield all.map(({ Key, VersionId }) => ({ Key, VersionId }));
    KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
    VersionIdMarker = page.IsTruncated ? page.NextVersionIdMarker : undefined;
  } while (KeyMarker);
}
