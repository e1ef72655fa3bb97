import type { PulumiCommand } from "@pulumi/pulumi/automation";

type Run = (
  args: string[],
  cwd: string,
  env: Record<string, string>,
  onOutput?: (text: string) => void,
  onError?: (text: string) => void,
  signal?: AbortSignal,
) => Promise<{ stdout: string; stderr: string; code: number }>;

/**
 * After an update the Automation API starts the engine three times more, to read back outputs and history. A
 * deployment has the outputs from the update's own events, and does not look at the history: those three are answered
 * here, which is a third of the time that a small stack takes.
 */
export function leanCommand(command: PulumiCommand): PulumiCommand {
  const { run } = command as unknown as { run: Run };
  const lean: Run = async (args, ...rest) => {
    const [first, second] = args;
    if (first === "stack" && second === "output") return { stdout: "{}", stderr: "", code: 0 };
    if (first === "stack" && second === "history") return { stdout: "[]", stderr: "", code: 0 };
    return run.call(command, args, ...rest);
  };
  return Object.assign(Object.create(command) as PulumiCommand, { run: lean });
}
