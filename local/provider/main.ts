import { startProvider } from "./index";

/** `node main.js http://127.0.0.1:4566`: prints the port, and ends when standard input closes. */
async function main(): Promise<void> {
  const endpoint = process.argv[2];
  if (!endpoint) throw new Error("usage: node local/provider/main.js <emulator endpoint>");
  const provider = await startProvider({ endpoint, log: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(`${provider.port}\n`);
  process.stdin.resume();
  process.stdin.once("close", () => {
    void provider.stop().then(() => process.exit(0));
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
