import type { LifecycleRule, LifecycleRuleFilter } from "@aws-sdk/client-s3";
import type {
  BucketLifecycleConfigurationArgs,
  BucketLifecycleConfigurationState,
} from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import type { Unwrap } from "@pulumi/pulumi";
import { fromAws, tagList, tagMap, toAws } from "./values";

type Rule = NonNullable<Unwrap<BucketLifecycleConfigurationArgs>["rules"]>[number];
type StateRule = NonNullable<Unwrap<BucketLifecycleConfigurationState>["rules"]>[number];

/** Lifecycle rules as S3 takes them. A rule without a filter is for the whole bucket. */
export function lifecycleRules(rules: readonly Rule[]): LifecycleRule[] {
  return rules.map((rule) => ({
    ID: rule.id,
    Status: rule.status as "Enabled",
    Filter: filterOf(rule.filter),
    Prefix: rule.filter ? undefined : (rule.prefix ?? undefined),
    ...(rule.filter || rule.prefix !== undefined ? {} : { Filter: { Prefix: "" } }),
    AbortIncompleteMultipartUpload: toAws(rule.abortIncompleteMultipartUpload),
    Expiration: rule.expiration && {
      ...toAws<object>(rule.expiration),
      ...(rule.expiration.date ? { Date: new Date(rule.expiration.date) } : {}),
    },
    NoncurrentVersionExpiration: toAws(rule.noncurrentVersionExpiration),
    NoncurrentVersionTransitions: toAws(rule.noncurrentVersionTransitions),
    Transitions: rule.transitions?.map((transition) => ({
      ...toAws<object>(transition),
      ...(transition.date ? { Date: new Date(transition.date) } : {}),
    })),
  }));
}

/** Lifecycle rules as the real provider's outputs have them. */
export function lifecycleState(rules: readonly LifecycleRule[]): StateRule[] {
  return rules.map((rule) => ({
    id: rule.ID ?? "",
    status: rule.Status ?? "",
    ...(rule.Prefix ? { prefix: rule.Prefix } : {}),
    ...(rule.Filter ? { filter: filterState(rule.Filter) } : {}),
    ...(rule.AbortIncompleteMultipartUpload
      ? { abortIncompleteMultipartUpload: fromAws(rule.AbortIncompleteMultipartUpload) }
      : {}),
    ...(rule.Expiration ? { expiration: withDate(rule.Expiration) } : {}),
    ...(rule.NoncurrentVersionExpiration
      ? { noncurrentVersionExpiration: fromAws(rule.NoncurrentVersionExpiration) }
      : {}),
    ...(rule.NoncurrentVersionTransitions?.length
      ? { noncurrentVersionTransitions: fromAws(rule.NoncurrentVersionTransitions) }
      : {}),
    ...(rule.Transitions?.length ? { transitions: rule.Transitions.map((transition) => withDate(transition)) } : {}),
  })) as StateRule[];
}

function filterOf(filter: Rule["filter"]): LifecycleRuleFilter | undefined {
  if (!filter) return undefined;
  const { and, tag, prefix, objectSizeGreaterThan, objectSizeLessThan } = filter;
  return {
    Prefix: prefix ?? (and || tag || objectSizeGreaterThan || objectSizeLessThan ? undefined : ""),
    ObjectSizeGreaterThan: objectSizeGreaterThan,
    ObjectSizeLessThan: objectSizeLessThan,
    Tag: tag && { Key: tag.key, Value: tag.value },
    And: and && {
      Prefix: and.prefix,
      ObjectSizeGreaterThan: and.objectSizeGreaterThan,
      ObjectSizeLessThan: and.objectSizeLessThan,
      Tags: and.tags && tagList(and.tags),
    },
  };
}

function filterState(filter: LifecycleRuleFilter): object {
  const { And: and, Tag: tag, ...plain } = filter;
  return {
    ...fromAws<object>(plain),
    ...(tag ? { tag: fromAws(tag) } : {}),
    ...(and
      ? { and: { ...fromAws<object>({ ...and, Tags: undefined }), ...(and.Tags ? { tags: tagMap(and.Tags) } : {}) } }
      : {}),
  };
}

function withDate(value: { Date?: Date }): object {
  const { Date: date, ...others } = value;
  return { ...fromAws<object>(others), ...(date ? { date: date.toISOString().replace(/\.\d+Z$/, "Z") } : {}) };
}
