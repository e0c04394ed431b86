// SPDX-License-Identifier: MIT
// Two ways to look at a tile; both repeat it, as what it is made for does.

/** Covers a canvas with times x times tiles, in whole pixels that are at least as small as seen. */
export function pave(canvas, tile, times) {
  const seen = canvas.clientWidth * devicePixelRatio;
  const scale = Math.max(1, Math.ceil(seen / (times * tile.width)));
  canvas.width = times * scale * tile.width;
  canvas.height = times * scale * tile.height;
  const context = canvas.getContext("2d"), pattern = context.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(scale));
  context.imageSmoothingEnabled = false;
  context.fillStyle = pattern;
  context.fillRect(0, 0, canvas.width, canvas.height);
}

/** Draws a floor as seen by somebody who stands on it, row by row, and fades it out far away. */
export function lay(canvas, tile) {
  const { width, height } = canvas, context = canvas.getContext("2d");
  const pattern = context.createPattern(tile, "repeat"), horizon = height / 5;
  // d pixels below the horizon lie the pixels of the tile that are REACH / d of them away, each
  // d / WIDE wide.
  const WIDE = height / 5, REACH = height * WIDE;
  context.globalCompositeOperation = "source-over";
  context.clearRect(0, 0, width, height);
  context.fillStyle = pattern;
  for (let y = Math.ceil(horizon); y < height; y++) {
    const d = y + 0.5 - horizon, tall = d * d / REACH;
    const away = (REACH / d) % tile.height;
    pattern.setTransform(new DOMMatrix([d / WIDE, 0, 0, tall, width / 2, y + 0.5 + tall * away]));
    context.fillRect(0, y, width, 1);
  }
  const fade = context.createLinearGradient(0, horizon, 0, horizon + height / 3);
  fade.addColorStop(0, "#000f");
  fade.addColorStop(1, "#0000");
  context.globalCompositeOperation = "destination-out";
  context.fillStyle = fade;
  context.fillRect(0, 0, width, height);
}
