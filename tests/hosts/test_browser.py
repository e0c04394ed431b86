#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The libraries as restart.wasm, in two parts: test_browser.py node BUILD runs browser.mjs against
samples of the native libraries in BUILD; test_browser.py page BUILD TOOL [PICTURE] drives the page
of examples/hosts/browser in a headless Chromium, compares with the command restart-sampler, and
keeps a screenshot."""

import functools
import http.server
import json
import os
import pathlib
import re
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tool"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "shim/python"))
from check import INCLUDE, ROOT, check, code, finish, functions, need, run, skip  # noqa: E402

try:
    import numpy as np
except ImportError:
    skip("numpy is not installed")
import png  # noqa: E402
from chromium import Chromium  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROCK = ROOT / "examples/exemplars/rock.png"
# Fields that JavaScript has no use for.
UNUSED = {
    "rs_sampler_options": {"dtype", "alloc", "executor", "noise", "noise_user", "progress",
                           "progress_user"},
    "rs_model": {"fn", "user", "destroy"},
    "rs_exemplar_options": {"alloc"},
    "rs_eval": {"input_f64", "output_f64", "seeds", "executor"},
    "rs_step_info": {"state", "denoised", "state_f64", "denoised_f64"},
    "rs_counters": {"callback_status"},
}


def build(folder):
    """The folder with the page and restart.wasm."""
    need("emcc", "meson", "ninja")
    if not (folder / "build.ninja").exists():
        run("meson", "setup", folder, ROOT, "--cross-file", ROOT / "shim/web/emscripten.ini")
    run("ninja", "-C", folder)
    return folder / "examples/hosts/browser"


def check_fields():
    """glue.c has every field of the structs that it has at all."""
    text = "".join(code(INCLUDE / "restart" / name) for name in ("restart.h", "exemplar.h"))
    known = re.findall(r"FIELD\((\w+), (\w+)\)", code(ROOT / "shim/web/glue.c"))
    for struct in ("rs_sampler_options", "rs_model", "rs_schedule_options", "rs_exemplar_options",
                   "rs_exemplar_patch", "rs_eval", "rs_step_info", "rs_counters", "rs_entry"):
        body = re.search(r"struct " + struct + r"\s*\{([^}]*)\}", text).group(1)
        there = set(re.findall(r"(\w+)(?:\[\w+\])?;", body)) - {"size", "reserved"}
        have = {field for name, field in known if name == struct}
        differ = have ^ (there - UNUSED.get(struct, set()))
        check(not differ, f"glue.c and the header differ in {struct}: {differ}")


# ---- under Node ----------------------------------------------------------------------------------

def network(x, _time, evaluation):
    """The same sums as in browser.mjs."""
    return x * np.float32(1 / (1 + evaluation.sigma * evaluation.sigma))


SAMPLERS = [
    {"preset": "cifar10-vp-43"},
    {"preset": "a1111", "steps": 30},
    {"steps": 6, "solver": "euler_a", "segments": [[3, 2, 1, 6]], "eta": 0.5},
    {"steps": 5, "restart_solver": "dpmpp_2m", "segments": "[4,2,.5,3] [3,1,2,20]", "s_churn": 9},
    {"process": "discrete", "prediction": "eps", "betas": "scaled_linear", "grid": "time",
     "spacing": "trailing", "solver": "unipc", "steps": 9},
    {"process": "discrete", "alpha_bar": [0.9, 0.5, 0.1, 0.01], "prediction": "v", "steps": 3},
    {"process": "flow", "prediction": "flow", "grid": "time", "shift": 3, "steps": 7,
     "solver": "dpmpp_sde"},
    {"sigmas": [10, 4, 1.5, 0.1, 0], "clip": "static", "meet": "insert",
     "segments": [[3, 2, 1, 5]]},
    {"budget": 50, "segments": [[3, 2, 1, 5]], "end": "sigma_min", "solver": "sa"},
]


def sampler_cases():
    from restart_sampler import Sampler
    for options in SAMPLERS:
        seeds = [3, 2**64 - 1]
        sampler = Sampler(network, shape=7, batch=2, **options)
        x = sampler.sample(seeds=seeds)
        yield {"options": {"elements": 7, "batch": 2, **options}, "seeds": [str(s) for s in seeds],
               "x": x.tobytes().hex(), "nfe": sampler.plan.nfe, "steps": len(sampler.plan)}


def exemplar_cases():
    from restart_sampler import Exemplar, Search
    noise = np.random.default_rng(1).uniform(-1, 1, (3, 48, 50))
    picture = (noise + np.roll(noise, 1, 1) + np.roll(noise, 1, 2)).astype(np.float32) / 3
    small = picture[:, :14, :16]
    runs = []
    for source, size, search, patches, options in [
            (small, (14, 16), 0, None, {}),
            (small, (10, 21), 0, [(5, 7), (0, 3)], {"steps": 4, "batch": 2}),
            (picture, (20, 24), 1, None, {"steps": 4})]:
        exemplar = Exemplar(source, size=size, patches=patches, search=Search(search))
        x = exemplar.sampler(**options).sample(seeds=5)
        sizes = {**picture_options(source), "output_height": size[0], "output_width": size[1],
                 "search": search, "patches": patches or []}
        runs.append({"options": options, "sizes": sizes, "seeds": 5, "x": x.tobytes().hex()})
    return {**picture_options(small), "runs": runs}


def picture_options(picture):
    channels, height, width = picture.shape
    return {"pixels": picture.ravel().tolist(), "channels": channels, "height": height,
            "width": width}


def test_node(folder):
    need("node")
    check_fields()
    page = build(folder)
    import restart_sampler as native
    names = [name for header in ("restart.h", "exemplar.h")
             for name in functions(INCLUDE / "restart" / header)]
    reference = {
        "functions": names, "version": native.version(), "presets": list(native.presets()),
        "solvers": [s.name for s in native.solvers()], "grids": [g.name for g in native.grids()],
        "samplers": list(sampler_cases()), "exemplar": exemplar_cases()}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(reference, file)
        file.flush()
        print(run("node", "--expose-gc", HERE / "browser.mjs", page, file.name))
    check(run("node", page / "network.mjs").startswith("43 evaluations: "), "network.mjs")


# ---- in Chromium ---------------------------------------------------------------------------------

class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        pass


class Page:
    """The page, served and opened."""

    def __init__(self, chromium, folder):
        self.chromium, self.do = chromium, chromium.do
        handler = functools.partial(Quiet, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        chromium.resize(1040, 960)
        chromium.call("Page.navigate", url=self.address)
        self.wait("document.readyState === 'complete' && document.querySelector('#rock').onclick")

    def wait(self, script):
        return check(self.chromium.wait(f"Boolean({script})"), f"never: {script}; the page says "
                     f"'{self.text('status')}' '{self.text('alarm')}'")

    def text(self, name):
        return self.do(f"document.getElementById('{name}').textContent")

    def set(self, name, value):
        self.do(f"document.getElementById('{name}').value = {json.dumps(str(value))}")

    def click(self, name):
        self.do(f"document.getElementById('{name}').click()")

    def wait_text(self, name, start):
        return self.wait(f"document.getElementById('{name}').textContent.startsWith('{start}')")

    def pixels(self, name):
        """height x width x RGB of a canvas."""
        height, width, data = self.do(f"""(() => {{
            const {{ width, height }} = {name}, context = {name}.getContext("2d");
            return [height, width, Array.from(context.getImageData(0, 0, width, height).data)];
        }})()""")
        return np.array(data, np.uint8).reshape(height, width, 4)[..., :3]


def check_progress(page):
    """Watches a run to its end: previews that differ, counts that grow, frames that go on."""
    tiles, counts = set(), []
    end = time.monotonic() + 300
    while page.text("status").startswith("Working") and time.monotonic() < end:
        tiles.add(page.do("document.getElementById('tile').toDataURL()"))
        counts += re.findall(r"^(\d+) of 37 evaluations, noise level", page.text("count"))
    check(len(tiles) >= 3, f"{len(tiles)} previews")
    check(len(set(counts)) >= 3 and counts == sorted(counts, key=int), f"progress {counts}")
    frames = re.match(r"(\d+) frames meanwhile: ([\d.]+) ms each", page.text("frames"))
    check(frames and int(frames.group(1)) >= 10 and float(frames.group(2)) < 100,
          f"frames: {page.text('frames')}")


def check_result(page, picture, tool, scratch):
    """The page's texture, its file and its tiles are what the command makes of the same picture."""
    run(tool, "texture", picture, "-o", scratch / "made.png", "--seed", 11, "--threads", 1)
    made = png.decode((scratch / "made.png").read_bytes())
    tile, tiled = page.pixels("tile"), page.pixels("tiled")
    check(np.array_equal(tile, made), "the texture is not that of the command")
    third = tiled.shape[0] // 3
    scale = third // tile.shape[0]
    check(np.array_equal(tiled, np.tile(tile.repeat(scale, 0).repeat(scale, 1), (3, 3, 1))),
          "the tiles are not the texture, three by three")
    check(len(np.unique(page.pixels("floor").reshape(-1, 3), axis=0)) > 100, "there is no floor")
    page.wait("!document.getElementById('save').hidden")
    saved = page.do("""(async () => {
        const { href, download } = document.getElementById("save");
        const bitmap = await createImageBitmap(await (await fetch(href)).blob());
        return [download, bitmap.width, bitmap.height]; })()""")
    check(saved == ["texture-11.png", *made.shape[1::-1]], f"the file is {saved}")


def check_page(page, tool, scratch, keep):
    picture = scratch / "picture.png"
    picture.write_bytes(png.encode(png.decode(ROCK.read_bytes())[:40, :36], png.RGB))
    (scratch / "words.txt").write_text("no picture")
    page.chromium.choose("#file", scratch / "words.txt")
    page.wait_text("alarm", "words.txt is not a picture that this browser can read.")
    page.set("seed", 11)
    page.chromium.choose("#file", picture)
    page.wait_text("status", "Working")
    check_progress(page)
    check_result(page, picture, tool, scratch)
    page.set("seed", "x")
    page.click("make")
    page.wait_text("alarm", "It failed: a seed is a whole number from 0, below 2^64, not x.")
    page.set("seed", 7)
    page.set("side", 256)
    page.click("rock")
    page.wait_text("count", "1 of 37")
    page.click("cancel")
    page.wait_text("status", "Cancelled.")
    page.set("side", 0)
    page.chromium.drop(ROCK)
    page.wait("document.getElementById('count').textContent")
    page.wait_text("status", "Ready after")
    check(page.pixels("tile").shape == (64, 64, 3), "a texture of 64 x 64")
    shot = page.chromium.screenshot()
    check(len(shot) > 50000, "the screenshot is empty")
    if keep:
        pathlib.Path(keep).write_bytes(shot)
    away = page.do("performance.getEntriesByType('resource').map((e) => e.name)")
    check(all(name.startswith((page.address, "blob:" + page.address)) for name in away),
          f"the page asks elsewhere: {away}")
    wide = page.do("document.documentElement.scrollWidth")
    page.chromium.resize(340, 900)
    narrow = page.do("document.documentElement.scrollWidth")
    check(wide <= 1040 and narrow <= 340, f"{wide} and {narrow} pixels wide")


def test_page(folder, tool, keep=None):
    need("chromium")
    site = build(folder)
    with tempfile.TemporaryDirectory() as scratch, Chromium() as chromium:
        chromium.call("Page.navigate", url=(site / "index.html").as_uri())
        refused = chromium.wait("document.querySelector('#refused:not([hidden])')?.textContent")
        check("opened as a file" in (refused or ""), "a file: page says nothing")
        page = Page(chromium, site)
        check_page(page, tool, pathlib.Path(scratch), keep)
        # What Chromium says of the page opened as a file may come late.
        errors = [e for e in chromium.log if "file://" not in e.get("entry", {}).get("url", "")]
        check(not errors, f"errors in the page: {errors}")


def main():
    part, native = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    os.environ["RESTART_LIBRARY"] = str(native)
    {"node": test_node, "page": test_page}[part](native / "tests/hosts/browser", *sys.argv[3:])
    finish()


main()
