/**
 * Names that one side makes and another side uses: stacks, functions and the command line agree here.
 * They follow from prefix, account and region alone, so that no stack has to ask another.
 */

export function casesTableName(prefix: string): string {
  return `${prefix}-cases`;
}

export function vaultBucketName(prefix: string, account: string, region: string): string {
  return `${prefix}-evidence-${account}-${region}`;
}

/**
 * Where Systems Manager puts the output of collection commands, until the responder has copied it to the vault: in
 * the member account, in the instance's region, so that no role of the instance's account reaches into another.
 */
export function collectionBucketName(prefix: string, account: string, region: string): string {
  return `${prefix}-collection-${account}-${region}`;
}

export function findingBusName(prefix: string): string {
  return `${prefix}-findings`;
}

export function findingQueueName(prefix: string): string {
  return `${prefix}-findings`;
}

export function deadLetterQueueName(prefix: string): string {
  return `${prefix}-findings-dead-letters`;
}

export function signingKeyAlias(prefix: string): string {
  return `alias/${prefix}-manifest`;
}

/** Function, its role in the master account, and the role it takes in a member account. */
export function functionName(prefix: string, action: string): string {
  return `${prefix}-${action}`;
}

export function functionRoleName(prefix: string, action: string): string {
  return `${prefix}-${action}`;
}

export function memberRoleName(prefix: string, action: string): string {
  return `${prefix}-member-${action}`;
}

export function stateMachineName(prefix: string, playbook: string): string {
  return `${prefix}-${playbook}`;
}

export function forwarderRoleName(prefix: string): string {
  return `${prefix}-forward-findings`;
}

/**
 * What the ids of this installation's Security Hub custom actions begin with. Security Hub allows 20 letters and digits
 * (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_CreateActionTarget.html); ten are left for the action.
 */
export function customActionIdStart(prefix: string): string {
  return prefix.replaceAll("-", "").slice(0, 10);
}

/** The instance profile (and its role) with which Systems Manager collects from an instance, and nothing else. */
export function collectorProfileName(prefix: string): string {
  return `${prefix}-collector`;
}

export function quarantineGroupName(prefix: string): string {
  return `${prefix}-quarantine`;
}

/** The group a network interface passes through so that its tracked connections end. */
export function untrackedGroupName(prefix: string): string {
  return `${prefix}-untracked`;
}

export function roleArn(partition: string, account: string, roleName: string): string {
  return `arn:${partition}:iam::${account}:role/${roleName}`;
}

export function stateMachineArn(partition: string, region: string, account: string, name: string): string {
  return `arn:${partition}:states:${region}:${account}:stateMachine:${name}`;
}

/** On everything that Firebreak makes for a case (snapshots): the case's id. */
export function caseTagKey(prefix: string): string {
  return `${prefix}:case`;
}
