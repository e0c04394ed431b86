// SPDX-License-Identifier: MIT
// shim/web under Node: node --expose-gc browser.mjs FOLDER REFERENCE.json. The folder has
// restart.mjs and restart.wasm; the reference was drawn by the native libraries (test_browser.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, file] = process.argv.slice(2);
const reference = JSON.parse(readFileSync(file, "utf-8"));
const { RestartError, fromImage, load, toImage } =
  await import(pathToFileURL(`${folder}/restart.mjs`));
const bytes = readFileSync(`${folder}/restart.wasm`);
const restart = await load(bytes);

const hex = (x) => Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString("hex");

/** The same sums as `network` of test_browser.py. */
function network(e) {
  const factor = Math.fround(1 / (1 + e.sigma * e.sigma)), { input, output } = e;
  for (let i = 0; i < output.length; i++) output[i] = input[i] * factor;
}

/** A small exemplar. */
function stones(options = {}) {
  const { pixels, channels, height, width } = reference.exemplar;
  return restart.exemplar({ pixels, channels, height, width, ...options });
}

/** The function throws what `code` and `sentence` say. */
function fails(run, code, sentence) {
  assert.throws(run, (error) => {
    assert.equal(error instanceof RestartError ? error.code : error.name, code, error.stack);
    assert.match(error.message, sentence);
    return true;
  });
}

const tests = {
  "everything of the headers is there"() {
    for (const name of reference.functions) assert.equal(typeof restart.c[name], "function", name);
    assert.equal(restart.version, reference.version);
    assert.deepEqual(restart.presets(), reference.presets);
    assert.deepEqual(restart.solvers().map((s) => s.name), reference.solvers);
    assert.deepEqual(restart.grids().map((s) => s.name), reference.grids);
    assert.equal(restart.constant("RS_ERR_GRID"), -8);
    fails(() => restart.constant("RS_NOTHING"), "RS_ERR_NAME", /there is no RS_NOTHING/);
  },

  "the bits are the native ones"() {
    for (const { options, seeds, x, nfe, steps } of reference.samplers) {
      const sampler = restart.sampler({ ...options, network });
      assert.equal(sampler.nfe, nfe);
      assert.equal(sampler.steps.length, steps);
      assert.equal(hex(sampler.sample(seeds.map(BigInt))), x, JSON.stringify(options));
      assert.equal(sampler.counters.nfe_done, nfe);
      sampler.free();
    }
  },

  "so are the exemplar's"() {
    for (const { options, sizes, seeds, x } of reference.exemplar.runs) {
      const exemplar = stones(sizes), sampler = exemplar.sampler(options);
      assert.equal(hex(sampler.sample(seeds)), x);
      sampler.free();
      exemplar.free();
    }
  },

  "pictures there and back"() {
    const data = Uint8ClampedArray.from({ length: 4 * 256 }, (_, i) => i % 4 === 3 ? 255 : i >> 2);
    const { pixels, ...sizes } = fromImage({ data, width: 16, height: 16 });
    assert.deepEqual(sizes, { channels: 3, width: 16, height: 16 });
    assert.deepEqual(toImage(pixels, 16, 16), data);
    assert.deepEqual(toImage(pixels.subarray(0, 256), 16, 16), data);
    assert.deepEqual([...toImage([-2, 3], 2, 1)], [0, 0, 0, 255, 255, 255, 255, 255]);
    const clear = fromImage({ data: [9, 9, 9, 0], width: 1, height: 1 });
    assert.deepEqual([...clear.pixels], [-1, -1, -1]);
  },

  "a plan before the run"() {
    const sampler = restart.sampler({ elements: 3, steps: 4, segments: [[3, 2, 1, 6]] });
    assert.equal(sampler.nfe, 15);
    assert.match(sampler.plan, /^15 evaluations in 10 steps.*\n[^]*[^\0]$/);
    const steps = sampler.steps;
    assert.deepEqual([...new Set(steps.map((s) => s.kind))], ["main", "jump", "restart"]);
    assert.equal(steps.at(-1).nfe_done, 15);
    assert.equal(steps[0].sigma_from, 80);
    sampler.free();
  },

  "paused, wrong and resumed"() {
    const { options, seeds, x } = reference.samplers[0];
    const sampler = restart.sampler(options);
    sampler.start(seeds.map(BigInt));
    const first = sampler.ask();
    assert.equal(sampler.ask(), first);
    assert.equal(first.step.nfe_done, 0);
    assert.equal(first.stage, 0);
    first.output.fill(NaN);
    fails(() => sampler.tell(), "RS_ERR_NONFINITE", /not finite/);
    fails(() => first.output, "TypeError", /this evaluation is over/);
    let left = 5;
    for (const e of sampler.evaluations()) {
      if (!left--) break;
      network(e);
    }
    assert.throws(() => {
      for (const e of sampler.evaluations()) throw new Error(`mine at ${e.sigma}`);
    }, /mine at/);
    const other = restart.sampler(options), saved = sampler.save();
    other.load(saved);
    for (const run of [sampler, other]) {
      for (const e of run.evaluations()) network(e);
      assert.equal(hex(run.x), x);
      assert.equal(run.ask(), null);
    }
    fails(() => other.load(saved.subarray(1)), "RS_ERR_CHECKPOINT", /checkpoint/);
    sampler.free();
    other.free();
  },

  "from a picture, and around a known part"() {
    const picture = Float32Array.of(.5, -.5, .25, 0);
    const from = restart.sampler({ elements: 4, start: "picture", strength: .3, network });
    from.sample(1, picture);
    assert.ok(from.counters.nfe_done < 35);
    fails(() => from.start(1, [1, 2]), "TypeError", /an array of 2 numbers instead of 4/);
    const around = restart.sampler({ elements: 4, inpaint: true, network });
    fails(() => around.inpaint(picture, [1]), "TypeError", /1 numbers instead of 4/);
    for (const known of [picture, picture.map((p) => 2 * p)]) {
      around.inpaint(known, [1, 1, 0, 0]);
      assert.deepEqual(around.sample(3).slice(0, 2), known.slice(0, 2));
    }
    around.inpaint([NaN, 0, 0, 0], [1, 1, 1, 1]);
    fails(() => around.start(1), "RS_ERR_NONFINITE", /not finite/);
    from.free();
    around.free();
  },

  "what cannot be"() {
    const no = (options, code, sentence) =>
      fails(() => restart.sampler({ elements: 4, ...options }), code, sentence);
    no({ elements: 0 }, "RS_ERR_OPTION", /elements is 0/);
    no({ elements: undefined }, "RS_ERR_OPTION", /elements is 0/);
    no({ elements: 2 ** 31 }, "RS_ERR_OPTION", /too large/);
    no({ elements: 2.5 }, "TypeError", /elements is a whole number from 0 to 4294967295, not 2.5/);
    no({ steps: 2 ** 31 }, "TypeError", /steps is a whole number/);
    no({ steps: "ten" }, "TypeError", /steps is a number, not ten/);
    no({ sigma_max: NaN }, "RS_ERR_OPTION", /sigma_max/);
    no({ stepps: 4 }, "TypeError", /there is no option "stepps"/);
    no({ model: 4 }, "TypeError", /there is no option "model"/);
    no({ toString: 4 }, "TypeError", /there is no option "toString"/);
    no({ segment_count: 4 }, "TypeError", /there is no option "segment_count"/);
    no({ sigmas: 3 }, "TypeError", /sigmas is an array of numbers/);
    no({ sigmas: [] }, "RS_ERR_OPTION", /sigma/);
    no({ "": 4 }, "TypeError", /there is no option ""/);
    no({ preset: "best" }, "RS_ERR_NAME", /there is no preset "best"/);
    no({ solver: "best" }, "RS_ERR_NAME", /there is no solver "best"/);
    no({ prediction: "best" }, "RS_ERR_NAME", /there is no RS_PREDICT_BEST/);
    no({ sigmas: [1, 2] }, "RS_ERR_GRID", /decreasing/);
    no({ segments: "[3,2,1" }, "RS_ERR_SYNTAX", /at position 6/);
    no({ segments: [[3, 2, 5, 1]] }, "RS_ERR_SEGMENT_INVERTED", /not above/);
    no({ budget: 3, segments: [[9, 9, 1, 5]] }, "RS_ERR_BUDGET", /budget/);
    const sampler = restart.sampler({ elements: 4, batch: 2 });
    fails(() => sampler.ask(), "RS_ERR_STATE", /./);
    fails(() => sampler.tell(), "RS_ERR_STATE", /./);
    fails(() => sampler.save(), "RS_ERR_STATE", /./);
    fails(() => sampler.sample(1), "TypeError", /needs a network/);
    fails(() => sampler.start([1]), "TypeError", /2 samples need as many seeds/);
    for (const seed of [-1, .5, 2 ** 60, -1n, 2n ** 64n, "x"])
      fails(() => sampler.start(seed), "TypeError", /a seed is a whole number/);
    sampler.free();
    sampler.free();
    fails(() => sampler.start(), "TypeError", /this sampler was freed/);
    fails(() => sampler.x, "TypeError", /this sampler was freed/);
  },

  "exemplars that cannot be"() {
    const pixels = new Float32Array(16), sizes = { channels: 1, height: 4, width: 4 };
    const no = (options, code, sentence) =>
      fails(() => restart.exemplar({ pixels, ...sizes, ...options }), code, sentence);
    no({ pixels: undefined }, "TypeError", /channels x height x width/);
    no({ height: 5 }, "TypeError", /channels x height x width/);
    no({ output_width: 3 }, "RS_ERR_OPTION", /out of its range/);
    no({ search: 2 }, "RS_ERR_OPTION", /out of its range/);
    no({ patches: [[5, 3], [0, 2]] }, "RS_ERR_OPTION", /out of its range/);
    no({ colour: 1 }, "TypeError", /there is no option "colour"/);
    no({ pixels: pixels.map((v, i) => (i === 3 ? NaN : v)) }, "RS_ERR_NONFINITE", /not finite/);
    const exemplar = stones(), sampler = exemplar.sampler();
    exemplar.free();
    fails(() => sampler.sample(1), "TypeError", /this exemplar was freed/);
    sampler.free();
  },

  async "no memory"() {
    const small = await load(await WebAssembly.compile(bytes));
    const wide = { channels: 16, height: 128, width: 128, output_height: 4096, output_width: 4096 };
    const exemplar = { pixels: new Float32Array(16 * 128 * 128), ...wide };
    fails(() => small.exemplar(exemplar), "RS_ERR_MEMORY", /out of memory/);
    const sampler = small.sampler({ elements: 8, network });
    const x = sampler.sample(1);
    for (let size = 2 ** 30; size >= 8; size /= 2) while (small.c.malloc(size));
    for (const more of [() => small.sampler({ elements: 8 }), () => sampler.start(1)])
      fails(more, "RS_ERR_MEMORY", /out of memory/);
    assert.deepEqual(sampler.x, x);
  },

  "nothing leaks"() {
    // Blocks of each size come to lie where they lay before.
    const places = () => {
      const sizes = [8, 24, 40, 72, 136, 264, 1032, 5000, 70000, 1e6];
      const found = sizes.map((size) => restart.c.malloc(size));
      found.forEach(restart.c.free);
      return found;
    };
    const round = () => {
      const exemplar = stones({ patches: [[5, 3], [0, 1]] });
      const sampler = exemplar.sampler({ steps: 3 });
      sampler.sample(1);
      sampler.start(2);
      sampler.ask();
      sampler.save();
      assert.ok(sampler.plan && sampler.steps && sampler.counters.memory);
      const around = exemplar.sampler({ inpaint: 1 }), held = around.x;
      around.inpaint(held, held);
      for (const object of [around, sampler, exemplar]) object.free();
      for (const wrong of [{ steps: -1 }, { segments: "[" }, { sigmas: [1, 2] }, { preset: "x" }])
        assert.throws(() => restart.sampler({ elements: 4, ...wrong }));
      assert.throws(() => stones({ output_width: 1, patches: [[0, 3]] }));
      restart.solvers();
    };
    round();
    const before = places(), size = restart.c.memory.buffer.byteLength;
    for (let i = 0; i < 50; i++) round();
    assert.deepEqual(places(), before);
    assert.equal(restart.c.memory.buffer.byteLength, size);
  },

  async "what is forgotten is given back"() {
    const many = () => {
      for (let i = 0; i < 20; i++) stones({ output_width: 256, output_height: 256 }).sampler();
    };
    for (let turn = 0; turn < 4; turn++) {
      many();
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const size = restart.c.memory.buffer.byteLength;
    for (let turn = 0; turn < 8; turn++) {
      many();
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(restart.c.memory.buffer.byteLength, size);
  },
};

for (const [name, run] of Object.entries(tests)) {
  await run();
  console.log("passed:", name);
}
