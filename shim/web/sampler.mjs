// SPDX-License-Identifier: MIT
// The sampler of restart.mjs.

/** @typedef {import("./restart.mjs").Options} Options */
/** @typedef {import("./restart.mjs").Seed} Seed */
/** @typedef {object} Step  rs_step_info: its numbers, and `kind` "main", "jump" or "restart" */

function stepOf(machine, at) {
  const step = machine.read("rs_step_info", at);
  return { ...step, kind: ["main", "jump", "restart"][step.kind] };
}

function seedOf(seed) {
  const value = typeof seed === "bigint" || Number.isSafeInteger(seed) ? BigInt(seed) : -1n;
  if (value < 0n || value >= 2n ** 64n)
    throw new TypeError(`a seed is a whole number from 0, below 2^64, not ${seed}`);
  return value;
}

/**
 * One evaluation of the network: rs_eval. Its arrays are the library's own memory: take them anew
 * after anything else was made with the library, which may move them. They end with `tell`.
 */
export class Evaluation {
  #machine; #at;

  /** The sampler makes it. */
  constructor(machine, at) {
    this.#machine = machine;
    this.#at = at;
    const { batch, elements, sigma, alpha, time, stage, pass } = machine.read("rs_eval", at);
    /** Samples; twice the sampler's in pass BOTH. */
    this.batch = batch;
    /** Numbers a sample. */
    this.elements = elements;
    /** Noise level. */
    this.sigma = sigma;
    /** Of the process, 1 for VE. */
    this.alpha = alpha;
    /** What the network is conditioned on. */
    this.time = time;
    /** Evaluation within the step, from 0. */
    this.stage = stage;
    /** Part of guidance, RS_PASS_... */
    this.pass = pass;
    /** Its step of the plan, with nfe_done so far. @type {Step} */
    this.step = stepOf(machine, machine.get("rs_eval", at, "step"));
  }

  /** Where the rs_eval is, for functions of `restart.c`. */
  get address() {
    if (!this.#at) throw new TypeError("this evaluation is over");
    return this.#at;
  }

  /** [batch x elements], to be read. @returns {Float32Array} */
  get input() { return this.#array("input"); }

  /** [batch x elements], to be filled. @returns {Float32Array} */
  get output() { return this.#array("output"); }

  #array(name) {
    const at = this.#machine.get("rs_eval", this.address, name);
    return this.#machine.view(Float32Array, at, this.batch * this.elements);
  }

  /** The sampler says so. */
  end() { this.#at = 0; }
}

/** A plan and its run: rs_sampler. */
export class Sampler {
  #machine; #handle; #network; #x; #request; #held; #evaluation = null;

  /** Use `restart.sampler` or `exemplar.sampler`. */
  constructor(machine, options, suit) {
    this.#machine = machine;
    const { network, preset, segments, ...rest } = options;
    this.#network = network;
    const { rs_sampler_options: own, rs_model: model, rs_schedule_options: schedule } =
      machine.sort(rest, ["rs_sampler_options", "rs_model", "rs_schedule_options"]);
    const at = machine.borrow((take) => this.#make(own, model, take));
    this.#handle = machine.keep(this, "sampler", at);
    /** Samples drawn together. */
    this.batch = own.batch || 1;
    /** Numbers a sample. */
    this.elements = own.elements;
    try {
      machine.borrow((take) => this.#plan({ preset, segments, schedule, suit }, take));
      this.#x = this.#hold(4 * this.#length);
      this.#request = machine.struct("rs_request", (bytes) => this.#hold(bytes));
    } catch (error) {
      this.free();
      throw error;
    }
  }

  #make(own, model, take) {
    const m = this.#machine, type = "rs_sampler_options", room = 256;
    const options = m.struct(type, take), message = take(room), out = take(4);
    m.fill(type, options, { ...own, message, message_capacity: room }, take);
    const betas = model.alpha_bar && "table";
    m.fill("rs_model", options + m.offset(type, "model"), { betas, ...model }, take);
    m.check(m.c.rs_sampler_new(options, out), () => m.text(message));
    return m.pointer(out);
  }

  #plan({ preset, segments, schedule, suit }, take) {
    const m = this.#machine, type = "rs_schedule_options", options = m.struct(type, take);
    if (preset !== undefined) {
      m.fill(type, options, { steps: schedule.steps }, take);
      m.check(m.c.rs_preset(m.string(preset, take), options),
        () => `there is no preset "${preset}"`);
    } else if (suit) {
      m.check(suit(options));
    }
    m.fill(type, options, { grid: schedule.sigmas && "sigmas", ...schedule }, take);
    if (segments !== undefined) this.#segments(options, segments, take);
    this.#check(m.c.rs_schedule(this.#handle.at, options));
  }

  #segments(options, segments, take) {
    const m = this.#machine, error = take(m.size("rs_text_error")), count = take(4);
    const text = typeof segments === "string" ? segments : segments.map((s) => `[${s}]`).join();
    const room = text.split("[").length, array = take(room * m.size("rs_segment"));
    m.check(m.c.rs_segments_parse(m.string(text, take), array, room, count, error), () =>
      `${m.text(error + m.offset("rs_text_error", "message"))} (at position ${m.pointer(error)})`);
    m.fill("rs_schedule_options", options, { segments: array, segment_count: m.pointer(count) });
  }

  #check(status) {
    return this.#machine.check(status, () =>
      this.#machine.text(this.#machine.c.rs_sampler_message(this.#handle.at)));
  }

  /** Memory that lives as long as the sampler. */
  #hold(bytes) { return this.#handle.hold(this.#machine.take(bytes)); }

  get #length() { return this.batch * this.elements; }

  #fitting(array) {
    if (array.length === this.#length) return array;
    throw new TypeError(`an array of ${array.length} numbers instead of ${this.#length}`);
  }

  #view(at) { return this.#machine.view(Float32Array, at, this.#length); }

  /** Bytes that a function of the library writes when it is given enough room. */
  #written(name) {
    const m = this.#machine, at = this.#handle.at, call = m.c[name];
    return m.borrow((take) => {
      const length = take(4);
      const status = call(at, 0, 0, length);
      if (status !== m.ERR_CAPACITY) this.#check(status);
      const room = m.pointer(length) + 1, buffer = take(room);
      this.#check(call(at, buffer, room, length));
      return m.view(Uint8Array, buffer, m.pointer(length)).slice();
    });
  }

  // ---- the plan ---------------------------------------------------------------------------------

  /** Evaluations of a whole run, exactly. */
  get nfe() { return Number(this.#machine.c.rs_plan_nfe(this.#handle.at)); }

  /** Every step of a run, before any is made. @returns {Step[]} */
  get steps() {
    const m = this.#machine, at = this.#handle.at;
    return m.borrow((take) => {
      const info = m.struct("rs_step_info", take);
      return Array.from({ length: m.c.rs_plan_count(at) }, (_, i) => {
        this.#check(m.c.rs_plan_step(at, i, info));
        return stepOf(m, info);
      });
    });
  }

  /** The plan as a table for people. */
  get plan() { return new TextDecoder().decode(this.#written("rs_plan_text")); }

  // ---- the run ----------------------------------------------------------------------------------

  /** A copy of the state, after a run the samples: [batch x elements]. @returns {Float32Array} */
  get x() { return this.#handle.at && this.#view(this.#x).slice(); }

  /** rs_counters: nfe_done, nfe_total, steps_done, steps_total, calls, memory. */
  get counters() {
    const m = this.#machine, at = this.#handle.at;
    return m.borrow((take) => {
      const counters = m.struct("rs_counters", take);
      this.#check(m.c.rs_sampler_counters(at, counters));
      return m.read("rs_counters", counters);
    });
  }

  /**
   * Begins a run.
   * @param {Seed | Seed[]} [seeds]  one a sample, or that of the first, counted on; default 0
   * @param {ArrayLike<number>} [x]  [batch x elements], where `start` is "picture" or "keep"
   */
  start(seeds = 0, x) {
    const m = this.#machine, at = this.#handle.at;
    const list = Array.isArray(seeds) ? seeds.map(seedOf)
      : Array.from({ length: this.batch }, (_, b) => BigInt.asUintN(64, seedOf(seeds) + BigInt(b)));
    if (list.length !== this.batch) throw new TypeError(`${this.batch} samples need as many seeds`);
    const given = x && this.#fitting(x);
    m.borrow((take) => {
      const array = m.array(BigUint64Array, list, take);
      this.#end();
      if (given) this.#view(this.#x).set(given);
      this.#check(m.c.rs_sampler_start(at, this.#x, array));
    });
  }

  /** Which evaluation is wanted next; null at the end of the run. @returns {Evaluation | null} */
  ask() {
    const m = this.#machine;
    if (this.#check(m.c.rs_sampler_ask(this.#handle.at, this.#request)) !== m.MORE) return null;
    this.#evaluation ??= new Evaluation(m, m.get("rs_request", this.#request, "eval"));
    return this.#evaluation;
  }

  /** The output is there. Where it is not finite (RS_ERR_NONFINITE) it is asked for again. */
  tell() {
    const at = this.#handle.at;
    this.#end();
    this.#check(this.#machine.c.rs_sampler_tell(at));
  }

  #end() {
    this.#evaluation?.end();
    this.#evaluation = null;
  }

  /**
   * The rest of the run. Leaving the loop pauses it; what an exception leaves undone is asked for
   * again.
   * @returns {Generator<Evaluation, void>}
   */
  *evaluations() {
    for (let e; (e = this.ask()); this.tell()) yield e;
  }

  /**
   * A whole run, by `network`.
   * @param {Seed | Seed[]} [seeds]  @param {ArrayLike<number>} [x]  as in `start`
   * @returns {Float32Array} [batch x elements]
   */
  sample(seeds, x) {
    if (!this.#network) throw new TypeError("sample needs a network; or loop over evaluations()");
    this.start(seeds, x);
    for (const e of this.evaluations()) this.#network(e);
    return this.x;
  }

  /**
   * For samplers with `inpaint`, before a run: where mask is 1 the state is held to `known`.
   * @param {ArrayLike<number>} known  [batch x elements]
   * @param {ArrayLike<number>} mask  [batch x elements], 0 to 1
   */
  inpaint(known, mask) {
    const at = this.#handle.at, arrays = [this.#fitting(known), this.#fitting(mask)];
    this.#held ??= arrays.map(() => this.#hold(4 * this.#length));
    this.#check(this.#machine.c.rs_sampler_inpaint(at, ...this.#held));
    this.#held.forEach((place, i) => this.#view(place).set(arrays[i]));
  }

  /** The run as bytes, between any two calls. @returns {Uint8Array} */
  save() { return this.#written("rs_sampler_save"); }

  /** Takes up a saved run, of a sampler with the same options. @param {Uint8Array} bytes */
  load(bytes) {
    const m = this.#machine, at = this.#handle.at;
    m.borrow((take) => {
      const from = m.array(Uint8Array, bytes, take);
      this.#check(m.c.rs_sampler_load(at, from, bytes.length, this.#x));
    });
    this.#end();
  }

  /** Gives its memory back. */
  free() {
    this.#end();
    this.#handle.free();
  }
}
