import { appendFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cached } from "../../../../local/engine/cache";

/** `node make-cached.js CACHE KEY JOURNAL MS`: makes KEY in MS milliseconds, and writes each build to JOURNAL. */
async function main([cacheDir = "", key = "", journal = "", ms = "0"]: string[]): Promise<void> {
  const folder = await cached(key, { cacheDir, log: (line) => console.log(line) }, async (temp) => {
    appendFileSync(journal, `${process.pid}\n`);
    writeFileSync(path.join(temp, "half"), "");
    console.log("building");
    await sleep(Number(ms));
    writeFileSync(path.join(temp, "whole"), "");
  });
  console.log(`made ${folder}`);
}

void main(process.argv.slice(2));
