import * as pulumi from "@pulumi/pulumi";
import { program } from "../../stacks";
import { settled, startMocks } from "./pulumi-mocks";
import { qualified } from "./stack-config";

/** Runs the program of a stack against mocks and waits until all of it is declared. Gives the stack's outputs. */
export async function runProgram(
  stack: string,
  config: Record<string, string>,
  partition = "aws",
): Promise<Record<string, unknown>> {
  await startMocks(stack, partition);
  pulumi.runtime.setAllConfig(qualified(config));
  const outputs = await program(stack);
  await settled();
  return outputs;
}
