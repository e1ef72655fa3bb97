import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { fstatSync } from "node:fs";
import { endChildren } from "./children";
import { messageSizes } from "./message-sizes";
import { languageService } from "./service";

/**
 * Stands in for `pulumi-language-nodejs [flags] ENGINE`: serves the engine on a free port of 127.0.0.1, says which in
 * the first line of its output, and ends with the engine.
 */
function main(): void {
  const engineAddress = process.argv[process.argv.length - 1] ?? "";
  const server = new Server(messageSizes);
  server.addService(LanguageRuntimeService, languageService(engineAddress));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      console.error(`pulumi-language-nodejs cannot listen on 127.0.0.1: ${error.message}`);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
  endWithEngine();
}

/**
 * The engine holds the other end of standard input and never writes: it closes when the engine ends, however it ends.
 * Started by hand, from a terminal or with no input, there is no engine to outlive.
 */
function endWithEngine(): void {
  if (fstatSync(0).isFIFO() || fstatSync(0).isSocket()) {
    process.stdin.on("end", () => process.exit(0));
    process.stdin.resume();
  }
  // The engine's first, polite request, to this process and to those it started.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void endChildren().then(() => process.exit(0)));
  }
}

main();
