// SPDX-License-Identifier: MIT
// Makes textures, one evaluation of the network at a time, so that it hears of a cancel.
//
// It gets orders { number, image, side, seed }: RGBA, the side of the texture or 0 for the image's,
// and the digits of a seed; or { number } alone, to cancel those before. It answers with
// { number, done, nfe, sigma, tile } after each evaluation, with { number, ready } in the end, and
// with { number, error } when something went wrong.
import { fromImage, load, toImage } from "./restart.mjs";

const library = load();
let latest = 0;

onmessage = ({ data: order }) => {
  latest = order.number;
  if (order.image)
    make(order).catch((error) => postMessage({ number: order.number, error: error.message }));
};

async function make({ number, image, side, seed }) {
  const restart = await library;
  const held = [];
  try {
    const sizes = { output_width: side, output_height: side };
    const exemplar = restart.exemplar({ ...fromImage(image), ...sizes });
    held.unshift(exemplar);
    const sampler = exemplar.sampler();
    held.unshift(sampler);
    sampler.start(/^\d+$/.test(seed) ? BigInt(seed) : seed);
    for (const e of sampler.evaluations()) {
      exemplar.denoise(e);
      const { step: { nfe_done, nfe_total: nfe }, sigma } = e;
      show(number, exemplar, e.output, { done: nfe_done + 1, nfe, sigma });
      await new Promise((resolve) => setTimeout(resolve));
      if (number !== latest) return;
    }
    show(number, exemplar, sampler.x, { ready: true });
  } finally {
    held.forEach((object) => object.free());
  }
}

function show(number, { output_width: width, output_height: height }, x, more) {
  const tile = new ImageData(toImage(x, width, height), width, height);
  postMessage({ number, tile, ...more }, [tile.data.buffer]);
}
