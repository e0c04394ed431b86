// SPDX-License-Identifier: MIT
// A network of your own in the pull form: node network.mjs, in the folder that the build made.
import { readFile } from "node:fs/promises";
import { load } from "./restart.mjs";

/** Your network goes here, as slow as it likes. This one is exact for data that is -1 or +1. */
async function network(input, sigma) {
  return input.map((x) => Math.tanh(x / sigma ** 2));
}

const restart = await load(await readFile(new URL("restart.wasm", import.meta.url)));
const sampler = restart.sampler({ elements: 8, preset: "cifar10-vp-43" });
sampler.start(7);
for (const e of sampler.evaluations()) {
  const output = await network(e.input, e.sigma);
  e.output.set(output);
}

console.log(`${sampler.nfe} evaluations: ${[...sampler.x].map((x) => x.toFixed(3)).join(" ")}`);
const right = sampler.x.every((x) => Math.abs(Math.abs(x) - 1) < 1e-3);
sampler.free();
process.exitCode = right ? 0 : 1;
