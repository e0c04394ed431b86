// SPDX-License-Identifier: MIT
// The page: it takes pictures, gives orders to the worker, and paints what comes back.
import { Frames } from "./frames.mjs";
import { lay, pave } from "./views.mjs";

const ids = ["form", "file", "rock", "seed", "side", "most", "make", "cancel", "progress", "status",
  "count", "frames", "alarm", "picture", "tile", "save", "tiled", "floor"];
const at = Object.fromEntries(ids.map((id) => [id, document.getElementById(id)]));
const worker = new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });
const frames = new Frames();
let bitmap = null, number = 0, seed = "", began = 0;

// ---- pictures in --------------------------------------------------------------------------------

/** Takes a File or Blob as the picture, and begins. */
async function take(blob, name) {
  try {
    bitmap = await createImageBitmap(blob);
  } catch {
    say("", `${name} is not a picture that this browser can read.`);
    return;
  }
  make();
}

async function takeRock() {
  try {
    const response = await fetch("rock.png");
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    await take(await response.blob(), "rock.png");
  } catch (error) {
    say("", `rock.png could not be loaded: ${error.message}.`);
  }
}

/** The picture, made small, as ImageData. */
function reduced() {
  const { picture } = at, longest = Math.max(bitmap.width, bitmap.height);
  const scale = Math.min(1, Number(at.most.value) / longest);
  picture.width = Math.max(4, Math.round(bitmap.width * scale));
  picture.height = Math.max(4, Math.round(bitmap.height * scale));
  const context = picture.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, picture.width, picture.height);
  return context.getImageData(0, 0, picture.width, picture.height);
}

// ---- orders -------------------------------------------------------------------------------------

function make() {
  const image = reduced();
  seed = at.seed.value.trim();
  worker.postMessage({ number: ++number, image, side: Number(at.side.value), seed },
    [image.data.buffer]);
  began = performance.now();
  frames.start();
  running(true);
  say("Working ...");
}

function cancel() {
  worker.postMessage({ number: ++number });
  end("Cancelled.");
}

worker.onmessage = ({ data }) => {
  if (data.number !== number) return;
  if (data.error) {
    end("", `It failed: ${data.error}.`);
    return;
  }
  paint(data.tile);
  if (data.ready) finish();
  else progress(data);
};

worker.onerror = (event) => {
  event.preventDefault();
  end("", `The worker failed: ${event.message ?? "its files could not be loaded"}.`);
};

function progress({ done, nfe, sigma }) {
  at.progress.value = done / nfe;
  const left = (performance.now() - began) / done * (nfe - done) / 1000;
  at.count.textContent = `${done} of ${nfe} evaluations, noise level ${sigma.toPrecision(2)}, ` +
    `about ${Math.ceil(left)} s left`;
  at.frames.textContent = frames.text();
}

function finish() {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  end(`Ready after ${seconds} s.`);
  at.progress.value = 1;
  at.tile.toBlob((blob) => {
    URL.revokeObjectURL(at.save.href);
    at.save.href = URL.createObjectURL(blob);
    at.save.download = `texture-${seed}.png`;
    at.save.hidden = false;
  });
}

function end(status, alarm) {
  frames.stop();
  running(false);
  say(status, alarm);
}

// ---- what is seen -------------------------------------------------------------------------------

function running(is) {
  at.make.disabled = is || !bitmap;
  at.cancel.disabled = !is;
  at.progress.value = 0;
  at.count.textContent = "";
  at.frames.textContent = is ? "" : frames.text();
  if (is) at.save.hidden = true;
}

function say(status, alarm = "") {
  at.status.textContent = status;
  at.alarm.textContent = alarm;
}

function paint(image) {
  at.tile.width = image.width;
  at.tile.height = image.height;
  at.tile.getContext("2d").putImageData(image, 0, 0);
  pave(at.tiled, at.tile, 3);
  lay(at.floor, at.tile);
}

// ---- hands --------------------------------------------------------------------------------------

at.file.onchange = () => {
  const [file] = at.file.files;
  if (file) take(file, file.name);
  at.file.value = ""; // so that the same one can be chosen again
};
at.rock.onclick = takeRock;
at.cancel.onclick = cancel;
at.form.onsubmit = (event) => {
  event.preventDefault();
  if (bitmap) make();
};
document.ondragover = (event) => {
  event.preventDefault();
  document.body.classList.add("over");
};
document.ondragleave = () => document.body.classList.remove("over");
document.ondrop = (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  const [file] = event.dataTransfer.files;
  if (file) take(file, file.name);
  else say("", "What was dropped is not a file.");
};
