// SPDX-License-Identifier: MIT
// The memory of restart.wasm: addresses, structs, strings. Where fields are is asked of glue.c.

/** A call of the library failed. */
export class RestartError extends Error {
  /** @param {number} status  @param {string} code  @param {string} sentence */
  constructor(status, code, sentence) {
    super(sentence);
    this.name = "RestartError";
    /** The rs_status, e.g. -8. */
    this.status = status;
    /** Its name, e.g. "RS_ERR_GRID". */
    this.code = code;
  }
}

// Fields that are enumerations: the prefix of their constants.
const GROUPS = {
  prediction: "PREDICT", process: "PROCESS", time: "TIME", betas: "BETAS", guidance: "GUIDANCE",
  clip: "CLIP", end: "END", meet: "MEET", start: "START", spacing: "SPACING",
};
// Those that have names of their own, and the function that knows them.
const NAMED = {
  solver: "rs_solver_named", restart_solver: "rs_solver_named", grid: "rs_grid_named",
};
// Fields that are arrays of double, and the fields that count them.
const COUNTS = { sigmas: "sigma_count", alpha_bar: "table_count" };
// Fields that are known from others.
const INSIDE = ["sigma_count", "segment_count", "patch_count", "message_capacity"];

// What may be stored in a field of each kind.
const WHOLE = { i: [-(2 ** 31), 2 ** 31 - 1], z: [0, 2 ** 32 - 1], l: [-(2 ** 53), 2 ** 53] };

/** Gives back what was not freed, some time after the object that held it is gone. */
const forgotten = new FinalizationRegistry((handle) => handle.free());

/** What an object of JavaScript holds: something of the library, and memory that goes with it. */
class Handle {
  #c; #what; #at; #held = [];

  constructor(c, what, at) {
    this.#c = c;
    this.#what = what;
    this.#at = at;
  }

  /** Its address. TypeError when it was freed. */
  get at() {
    if (!this.#at) throw new TypeError(`this ${this.#what} was freed`);
    return this.#at;
  }

  hold(at) {
    this.#held.push(at);
    return at;
  }

  free() {
    if (!this.#at) return;
    this.#c[`rs_${this.#what}_free`](this.#at);
    this.#held.forEach(this.#c.free);
    this.#at = 0;
  }
}

export class Machine {
  #layout = {};

  /** @param {WebAssembly.Exports} c */
  constructor(c) {
    this.c = c;
    const data = this.data, first = c.rs_web_fields();
    for (let i = 0; i < c.rs_web_field_count(); i++) {
      const [type, name, offset, kind] =
        [0, 4, 8, 12].map((place) => data.getUint32(first + 16 * i + place, true));
      const fields = (this.#layout[this.text(type)] ??= {});
      fields[this.text(name)] = { offset, kind: String.fromCharCode(kind) };
    }
    /** Statuses; known before memory may be short. */
    [this.MORE, this.ERR_CAPACITY, this.ERR_MEMORY] =
      ["RS_MORE", "RS_ERR_CAPACITY", "RS_ERR_MEMORY"].map((status) => this.constant(status));
  }

  /** The whole memory; to be taken anew after whatever may have let it grow. */
  get data() { return new DataView(this.c.memory.buffer); }

  view(Type, at, count) { return new Type(this.c.memory.buffer, at, count); }

  // ---- calls ------------------------------------------------------------------------------------

  /** A status that is not a failure; else RestartError with the sentence. */
  check(status, sentence = () => this.text(this.c.rs_status_text(status))) {
    if (status >= 0) return status;
    throw new RestartError(status, this.text(this.c.rs_status_name(status)), sentence());
  }

  /** Runs body(take); what it takes is given back in the end. */
  borrow(body) {
    const taken = [];
    try {
      return body((bytes) => {
        const at = this.take(bytes);
        taken.push(at);
        return at;
      });
    } finally {
      taken.forEach(this.c.free);
    }
  }

  /** Memory, until c.free. */
  take(bytes) {
    const at = bytes < 2 ** 32 ? this.c.malloc(bytes) : 0;
    if (!at) this.check(this.ERR_MEMORY);
    return at;
  }

  /** A handle of owner's to an rs_`what`. */
  keep(owner, what, at) {
    const handle = new Handle(this.c, what, at);
    forgotten.register(owner, handle);
    return handle;
  }

  constant(name) {
    return this.borrow((take) => {
      const out = take(8);
      this.check(this.c.rs_constant(this.string(name, take), out), () => `there is no ${name}`);
      return Number(this.data.getBigInt64(out, true));
    });
  }

  // ---- texts and arrays -------------------------------------------------------------------------

  /** The text that ends with a zero. */
  text(at) {
    const bytes = new Uint8Array(this.c.memory.buffer, at);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }

  string(text, take) {
    return this.array(Uint8Array, new TextEncoder().encode(`${text}\0`), take);
  }

  /** The address of a copy. */
  array(Type, values, take) {
    const at = take(values.length * Type.BYTES_PER_ELEMENT || 1);
    this.view(Type, at, values.length).set(values);
    return at;
  }

  pointer(at) { return this.data.getUint32(at, true); }

  // ---- structs ----------------------------------------------------------------------------------

  #field(type, name) { return this.#layout[type][name]; }

  offset(type, name) { return this.#field(type, name).offset; }

  size(type) { return this.offset(type, ""); }

  /** A new struct, initialised. */
  struct(type, take) {
    const at = take(this.size(type));
    this.c[`${type}_init_sized`](at, this.size(type));
    return at;
  }

  get(type, at, name) {
    const { offset, kind } = this.#field(type, name), data = this.data, place = at + offset;
    switch (kind) {
      case "i": return data.getInt32(place, true);
      case "l": return Number(data.getBigInt64(place, true));
      case "d": return data.getFloat64(place, true);
      default: return data.getUint32(place, true);
    }
  }

  /** All numbers of a struct. */
  read(type, at) {
    const names = Object.keys(this.#layout[type]).filter(
      (name) => name && this.#field(type, name).kind !== "p");
    return Object.fromEntries(names.map((name) => [name, this.get(type, at, name)]));
  }

  set(type, at, name, value) {
    const { offset, kind } = this.#field(type, name), place = at + offset;
    if (typeof value !== "number") throw new TypeError(`${name} is a number, not ${value}`);
    const [low, high] = WHOLE[kind] ?? [-Infinity, Infinity];
    if (kind in WHOLE && !(Number.isInteger(value) && value >= low && value <= high))
      throw new TypeError(`${name} is a whole number from ${low} to ${high}, not ${value}`);
    switch (kind) {
      case "i": return this.data.setInt32(place, value, true);
      case "l": return this.data.setBigInt64(place, BigInt(value), true);
      case "d": return this.data.setFloat64(place, value, true);
      default: return this.data.setUint32(place, value, true);
    }
  }

  /** Sets the fields of a struct from options: numbers, names, arrays. */
  fill(type, at, options, take) {
    const arrays = Object.keys(COUNTS).filter((name) => options[name]);
    for (const [name, value] of Object.entries(options))
      if (!arrays.includes(name) && value !== undefined && value !== null)
        this.set(type, at, name, this.#number(name, value));
    for (const name of arrays) {
      if (!(options[name].length >= 0)) throw new TypeError(`${name} is an array of numbers`);
      this.set(type, at, name, this.array(Float64Array, options[name], take));
      this.set(type, at, COUNTS[name], options[name].length);
    }
  }

  #number(name, value) {
    if (typeof value === "boolean") return Number(value);
    if (typeof value !== "string") return value;
    if (name in NAMED) return this.#named(NAMED[name], name, value);
    if (name in GROUPS) return this.constant(`RS_${GROUPS[name]}_${value.toUpperCase()}`);
    return value;
  }

  #named(lookup, name, value) {
    return this.borrow((take) => {
      const out = take(4);
      this.check(this.c[lookup](this.string(value, take), out),
        () => `there is no ${name} "${value}"`);
      return this.data.getInt32(out, true);
    });
  }

  /** Options by the struct that has them. TypeError for one that none has. */
  sort(options, types) {
    const sorted = Object.fromEntries(types.map((type) => [type, {}]));
    for (const [name, value] of Object.entries(options)) {
      const type = types.find((t) => name && Object.hasOwn(this.#layout[t], name) &&
        (name in COUNTS || this.#field(t, name).kind !== "p"));
      if (!type || INSIDE.includes(name)) throw new TypeError(`there is no option "${name}"`);
      sorted[type][name] = value;
    }
    return sorted;
  }
}
