// SPDX-License-Identifier: MIT

/** Measures the time between frames: what somebody would notice if the page were held up. */
export class Frames {
  #times = []; #request = 0;

  start() {
    this.stop();
    this.#times = [];
    let last = 0;
    const frame = (now) => {
      if (last && !document.hidden) this.#times.push(now - last);
      last = document.hidden ? 0 : now;
      this.#request = requestAnimationFrame(frame);
    };
    this.#request = requestAnimationFrame(frame);
  }

  stop() { cancelAnimationFrame(this.#request); }

  /** A sentence; nothing before the first frame. */
  text() {
    const sorted = [...this.#times].sort((a, b) => a - b), count = sorted.length;
    if (!count) return "";
    const [median, longest] = [sorted[count >> 1], sorted[count - 1]].map((t) => t.toFixed(1));
    return `${count} frames meanwhile: ${median} ms each (median), the longest ${longest} ms`;
  }
}
