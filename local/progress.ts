import { Listr } from "listr2";
import { duration } from "../rollout/output";

/** Says what is being done: moving lines in a terminal, one line each elsewhere. */
export interface Progress {
  /** Runs one step; `update` says where it is. */
  step<T>(title: string, work: (update: (text: string) => void) => Promise<T>): Promise<T>;
  line(text: string): void;
}

/**
 * @param stream where progress goes: standard error where standard output is for JSON
 * @param terminal whether lines may move
 */
export function makeProgress(stream: NodeJS.WriteStream, terminal: boolean): Progress {
  const line = (text: string) => void stream.write(`${text}\n`);
  return terminal ? { step: movingStep, line } : { step: plainStep(line), line };
}

async function movingStep<T>(title: string, work: (update: (text: string) => void) => Promise<T>): Promise<T> {
  let result: T | undefined;
  await new Listr(
    [
      {
        title,
        task: async (_context, task) => {
          const started = Date.now();
          result = await work((text) => {
            task.output = text;
          });
          task.title = `${title} (${duration(Date.now() - started)})`;
        },
      },
    ],
    { rendererOptions: { collapseErrors: false, showErrorMessage: false }, registerSignalListeners: false },
  ).run();
  return result as T;
}

function plainStep(line: (text: string) => void) {
  return async <T>(title: string, work: (update: (text: string) => void) => Promise<T>): Promise<T> => {
    const started = Date.now();
    line(`${title} …`);
    const result = await work((text) => line(`  ${text}`));
    line(`  done in ${duration(Date.now() - started)}`);
    return result;
  };
}
