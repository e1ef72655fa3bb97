import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { triageHandler } from "../functions/triage";
import type { Playbook } from "../playbooks/playbook";
import type { PolicyStatement } from "./policy-document";
import { ResponseFunction } from "./response-function";
import type { FunctionSurroundings } from "./response-function";
import { serializeHandler } from "./serialize-handler";

export interface TriageArgs {
  surroundings: FunctionSurroundings;
  queueArn: pulumi.Input<string>;
  playbooks: Playbook[];
  statements: pulumi.Input<PolicyStatement[]>;
  reservedConcurrency: number;
}

/** How long triage may take for a batch; the queue's visibility timeout follows from it. */
export const triageTimeoutSeconds = 10;

/** A batch of one: findings are few and each has to be answered at once. */
const batchSize = 1;

/** The least that Lambda takes; without a limit a flood of findings would take the account's executions. */
const leastConcurrency = 2;

/** Reads the queue, makes cases of findings and starts their playbooks. */
export class Triage extends ResponseFunction {
  constructor(name: string, args: TriageArgs, opts?: pulumi.ComponentResourceOptions) {
    // What answers what is all it has to know: the actions' code stays out of its archive.
    const known = args.playbooks.map(({ name: playbook, answers }) => ({ name: playbook, answers }));
    super(
      "firebreak:index:Triage",
      name,
      {
        surroundings: args.surroundings,
        functionName: "triage",
        description: "Makes cases of findings and starts their playbooks",
        code: serializeHandler(args.playbooks, () => triageHandler(known)),
        statements: args.statements,
        timeoutSeconds: triageTimeoutSeconds,
        memoryMb: 512,
        reservedConcurrency: args.reservedConcurrency,
      },
      opts,
    );
    new aws.lambda.EventSourceMapping(
      `${name}-source`,
      {
        eventSourceArn: args.queueArn,
        functionName: this.arn,
        batchSize,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: Math.max(leastConcurrency, args.reservedConcurrency) },
      },
      { parent: this },
    );
  }
}
