// SPDX-License-Identifier: MIT
/**
 * librestart in JavaScript: restart.wasm in browsers, workers and Node.
 *
 *     import { load, fromImage, toImage } from "./restart.mjs";
 *
 *     const restart = await load();
 *     const exemplar = restart.exemplar(fromImage(imageData));
 *     const sampler = exemplar.sampler();
 *     const x = sampler.sample(7);                     // seed 7
 *     const texture = toImage(x, exemplar.output_width, exemplar.output_height);
 *     sampler.free();
 *     exemplar.free();
 *
 * A network of your own is asked for by the sampler (the pull form of restart.h), so it may take as
 * long as it likes, on whatever it runs:
 *
 *     const sampler = restart.sampler({ elements: 8, preset: "cifar10-vp-43" });
 *     sampler.start(7);
 *     for (const e of sampler.evaluations()) {
 *       const output = await network(e.input, e.sigma);
 *       e.output.set(output);
 *     }
 *     show(sampler.x);
 *
 * Options have the names and the defaults of the fields in restart.h and exemplar.h, which are the
 * manual; 0 or nothing is the default. What fails throws RestartError with the library's sentence,
 * or TypeError for what is no option at all; a run can then go on as restart.h says. Between two
 * calls nothing runs: to stop a run is not to ask it any more.
 */
import { Machine, RestartError } from "./machine.mjs";
import { Evaluation, Sampler } from "./sampler.mjs";

export { Evaluation, RestartError, Sampler };

/** @typedef {number | bigint} Seed  a whole number from 0, below 2^64 */
/** @typedef {[points: number, iterations: number, t_min: number, t_max: number]} Segment */
/**
 * @typedef {object} Options
 * Any number of rs_sampler_options (batch, elements), rs_model and rs_schedule_options. Where it is
 * an enumeration its name will do, in lower case: `prediction: "eps"`, `process: "discrete"`,
 * `solver: "dpmpp_2m"`, `grid: "karras"`. `sigmas` and `alpha_bar` are arrays. Besides:
 * @property {string} [preset]  a published setting (docs/presets.md), which other options change
 * @property {string | Segment[]} [segments]  the restarts, "[n,K,t_min,t_max], ..."; default none,
 *     or those of the preset or exemplar
 * @property {(e: Evaluation) => void} [network]  for `sample`: fills e.output from e.input
 */
/**
 * @typedef {object} ExemplarOptions  as rs_exemplar_options; `fromImage` makes the first four
 * @property {ArrayLike<number>} pixels  plane after plane, made for [-1, 1]
 * @property {number} channels
 * @property {number} height
 * @property {number} width
 * @property {number} [output_height]  of the pictures to make; default as the exemplar
 * @property {number} [output_width]
 * @property {[sigma: number, side: number][]} [patches]  default the built-in rule
 * @property {number} [search]  0 (default): exact; 1: by a short list, faster for large pictures
 */
/**
 * @typedef {{id: number, order: number, stochastic: number, name: string, summary: string}} Entry
 */

/**
 * Loads the library. Each call makes one with a memory of its own; objects of two do not mix.
 * @param {URL | string | BufferSource | WebAssembly.Module} [source]  restart.wasm, by default the
 *     file beside this one; its bytes where fetch does not reach it (Node)
 * @returns {Promise<Restart>}
 */
export async function load(source = new URL("restart.wasm", import.meta.url)) {
  const module = source instanceof WebAssembly.Module ? source
    : await WebAssembly.compile(await bytesOf(source));
  const env = { emscripten_notify_memory_growth() {} };
  const { exports } = await WebAssembly.instantiate(module, { env });
  exports._initialize();
  return new Restart(new Machine(exports));
}

async function bytesOf(source) {
  if (typeof source !== "string" && !(source instanceof URL)) return source;
  const response = await fetch(source);
  if (!response.ok) throw new Error(`${source}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}

/**
 * A picture as planes of [-1, 1], on black where it is transparent: the first four fields of
 * ExemplarOptions.
 * @param {{data: ArrayLike<number>, width: number, height: number}} image  RGBA, as ImageData
 */
export function fromImage({ data, width, height }) {
  const plane = width * height, pixels = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++)
    for (let c = 0; c < 3; c++)
      pixels[c * plane + i] = 2 * (data[4 * i + 3] / 255) * (data[4 * i + c] / 255) - 1;
  return { pixels, channels: 3, height, width };
}

/**
 * Planes of [-1, 1], three or one of grey, as RGBA bytes for ImageData.
 * @param {ArrayLike<number>} x  @param {number} width  @param {number} height
 * @returns {Uint8ClampedArray}
 */
export function toImage(x, width, height) {
  const plane = width * height, colour = x.length >= 3 * plane;
  const bytes = new Uint8ClampedArray(4 * plane).fill(255);
  for (let i = 0; i < plane; i++)
    for (let c = 0; c < 3; c++)
      bytes[4 * i + c] = level(x[(colour ? c * plane : 0) + i]);
  return bytes;
}

/** In single precision, as the command restart-sampler does. */
function level(value) { return Math.round(Math.fround(Math.fround(value + 1) * 127.5)); }

/** A loaded library. */
export class Restart {
  #machine;

  /** Use `load`. */
  constructor(machine) {
    this.#machine = machine;
    /** Every function of restart.h and exemplar.h, malloc, free and memory, as WebAssembly has
     * them: addresses are numbers, 64-bit integers BigInts. */
    this.c = machine.c;
  }

  /** e.g. "0.1.0" */
  get version() { return this.#machine.text(this.c.rs_version_string()); }

  /** A constant or size of restart.h, e.g. "RS_ERR_GRID". @param {string} name */
  constant(name) { return this.#machine.constant(name); }

  /** The published settings. @returns {string[]} */
  presets() {
    const names = [];
    for (let at; (at = this.c.rs_preset_name(names.length));) names.push(this.#machine.text(at));
    return names;
  }

  /** @returns {Entry[]} */
  solvers() { return this.#entries(this.c.rs_solver_at); }

  /** @returns {Entry[]} */
  grids() { return this.#entries(this.c.rs_grid_at); }

  #entries(entryAt) {
    const m = this.#machine, found = [];
    return m.borrow((take) => {
      const entry = m.struct("rs_entry", take);
      const text = (name) => m.text(m.get("rs_entry", entry, name));
      while (entryAt(found.length, entry) === 0)
        found.push({ ...m.read("rs_entry", entry), name: text("name"), summary: text("summary") });
      return found;
    });
  }

  /** @param {Options} options  `elements` is required */
  sampler(options) { return new Sampler(this.#machine, options); }

  /** @param {ExemplarOptions} options */
  exemplar(options) { return new Exemplar(this.#machine, options); }
}

/** The network of one picture (exemplar.h). It serves any number of samplers. */
export class Exemplar {
  #machine; #handle;

  /** Use `restart.exemplar`. */
  constructor(machine, { pixels, patches = [], ...sizes }) {
    this.#machine = machine;
    const { channels, height, width } = sizes;
    if (pixels?.length !== channels * height * width)
      throw new TypeError("pixels must be channels x height x width numbers");
    machine.sort(sizes, ["rs_exemplar_options"]);
    const at = machine.borrow((take) => this.#make(pixels, patches, sizes, take));
    this.#handle = machine.keep(this, "exemplar", at);
    this.channels = channels;
    /** Sizes of the pictures to make. */
    this.output_height = sizes.output_height || height;
    this.output_width = sizes.output_width || width;
  }

  #make(pixels, patches, sizes, take) {
    const m = this.#machine, type = "rs_exemplar_options", entry = "rs_exemplar_patch";
    const options = m.struct(type, take), out = take(4);
    m.fill(type, options, sizes, take);
    m.set(type, options, "pixels", m.array(Float32Array, pixels, take));
    if (patches.length) {
      const size = m.size(entry), rule = take(patches.length * size);
      m.view(Uint8Array, rule, patches.length * size).fill(0);
      patches.forEach(([sigma, side], i) => m.fill(entry, rule + i * size, { sigma, side }, take));
      m.fill(type, options, { patches: rule, patch_count: patches.length }, take);
    }
    m.check(m.c.rs_exemplar_new(options, out));
    return m.pointer(out);
  }

  /** Evaluates the network. @param {Evaluation} e */
  denoise(e) {
    this.#machine.check(this.#machine.c.rs_exemplar_denoise(e.address, this.#handle.at));
  }

  /**
   * A sampler of this network by the schedule that suits it, which options change.
   * @param {Options} [options]
   */
  sampler(options = {}) {
    const elements = this.channels * this.output_height * this.output_width;
    const network = (e) => this.denoise(e);
    return new Sampler(this.#machine, { network, ...options, elements },
      (schedule) => this.#machine.c.rs_exemplar_schedule(schedule));
  }

  /** Gives its memory back. */
  free() { this.#handle.free(); }
}
