# SPDX-License-Identifier: MIT
"""test_love.py BUILD TOOL: the LOVE program in examples/hosts/love on a screen in memory, with the
libraries of a build folder. TOOL is restart-sampler, whose pictures it must make bit for bit."""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import ROOT, attempt, check, finish, need, run, skip  # noqa: E402

try:
    import numpy as np
    from PIL import Image
except ImportError:
    skip("numpy or PIL is not installed")

BUILD, TOOL = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
GAME = ROOT / "examples/hosts/love"
EXEMPLAR = ROOT / "examples/exemplars/rock.png"
SCHEDULE = ["--size", "128x128", "--steps", "6", "--segments", "[3,2,1,6]"]
NFE, PREVIEWS = 2 * 6 - 1 + 2 * 2 * (3 - 1), 6 + 2 * 2


@contextlib.contextmanager
def screen():
    """A screen in memory, named in DISPLAY. Not by xvfb-run, which may fail at its end."""
    reading, writing = os.pipe()
    with subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-noreset", "-nolisten", "tcp",
                           "-screen", "0", "640x480x24"], pass_fds=[writing],
                          stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with open(reading, encoding="ascii") as number:
            os.environ["DISPLAY"] = ":" + number.readline().strip()
        try:
            yield
        finally:
            server.terminate()


def play(folder, *words, game=GAME, library=BUILD):
    """Runs the game; its end and its output. library: RESTART_LIBRARY, or "" for none."""
    home = folder / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    environment = dict(os.environ, XDG_RUNTIME_DIR=str(home), HOME=str(home),
                       LIBGL_ALWAYS_SOFTWARE="1", RESTART_LIBRARY=str(library))
    return attempt("timeout", "300", "love", game, *words, env=environment)


def picture(path):
    """[height, width, 3] numbers."""
    return np.asarray(Image.open(path).convert("RGB"), float)


def frames(output, name):
    """{"frames": count, and milliseconds: "median", "99%", "longest"}."""
    found = re.search(rf"^{name}: (\d+) frames, median (\S+) ms, 99% (\S+) ms, longest (\S+) ms$",
                      output, flags=re.M)
    return dict(zip(("frames", "median", "99%", "longest"), map(float, found.groups())))


def made(output, seed):
    """(seconds, evaluations, previews, frames) of a picture."""
    found = re.search(rf"^seed {seed}: done in (\S+) s, (\d+) evaluations, (\d+) previews, "
                      r"(\d+) frames$", output, flags=re.M)
    check(found, f"seed {seed} was not made")
    return tuple(map(float, found.groups()))


def seamless(tile):
    """Whether the opposite edges fit as neighbouring rows and columns do."""
    rows = [np.abs(tile - np.roll(tile, 1, axis)).mean(axis=(1 - axis, 2)) for axis in (0, 1)]
    return all(steps[0] <= steps[1:].max() for steps in rows)


def check_previews(folder, seed, count):
    """They change, and end in the picture. Returns them and the picture."""
    final = picture(folder / f"{seed}.png")
    previews = [picture(path) for path in sorted(folder.glob(f"{seed}-*.png"))]
    check(len(previews) == count, f"{len(previews)} previews of {count}")
    changes = [np.abs(a - b).mean() for a, b in zip(previews, previews[1:])]
    check(sum(c > 0.1 for c in changes) > count / 2, f"the previews do not change: {changes}")
    check(np.array_equal(previews[-1], final), "the last preview is not the picture")
    return previews, final


def check_frames(output, seconds, evaluations, frame_count):
    """Frames went on. If the game waited for evaluations there would be as many of both."""
    during, update = frames(output, "generating"), frames(output, "update")
    check(frame_count > 1.5 * evaluations, f"{frame_count} frames in {evaluations} evaluations")
    check(during["longest"] < 1000 * seconds / 4, f"a frame took {during['longest']} ms")
    check(update["median"] < 2 and update["99%"] < 1000 * seconds / evaluations,
          f"the game waited in update: {update}")
    check(frames(output, "idle")["frames"] >= 120, "no idle frames")


def check_screenshot(path, tile):
    """The floor is in it: many colours, whose mean is that of the tile, darkened by distance."""
    shot = picture(path)
    check(shot.shape == (480, 640, 3), f"a screenshot of {shot.shape}")
    floor = shot[300:400]
    check(len(np.unique(floor.reshape(-1, 3), axis=0)) > 1000, "the screenshot has few colours")
    share = floor.mean(axis=(0, 1)) / tile.mean(axis=(0, 1))
    check(np.all((share > 0.6) & (share < 1.1)), f"the floor is not the tile: {share}")


def check_exemplar(folder):
    done = play(folder, EXEMPLAR, "--headless", "--seeds", "7,8", "--cancel-after", "2", "--out",
                folder, *SCHEDULE)
    print(done.stdout)
    if not check(done.returncode == 0, f"the game ended with {done.returncode}"):
        return
    seconds, evaluations, previews, frame_count = made(done.stdout, 8)
    check((evaluations, previews) == (NFE, PREVIEWS), "evaluations and previews")
    check_frames(done.stdout, seconds, evaluations, frame_count)
    previews, tile = check_previews(folder, 8, PREVIEWS)
    check(previews[0].std() < tile.std() / 2, "the first preview is no blurred mean")
    cancelled = re.search(r"^seed 7: cancelled after (\d) previews, (\S+) s after", done.stdout,
                          flags=re.M)
    if check(cancelled, "seed 7 was not cancelled"):
        check(int(cancelled[1]) <= 4, f"{cancelled[1]} previews came before the end")
        check(float(cancelled[2]) < seconds / 4, f"cancelling took {cancelled[2]} s of {seconds}")
    check(not (folder / "7.png").exists(), "a cancelled picture was saved")
    run(TOOL, "texture", EXEMPLAR, "-o", folder / "tool.png", "--seed", "8", *SCHEDULE, "--quiet")
    check(np.array_equal(tile, picture(folder / "tool.png")), "not the picture of the command")
    check(seamless(tile), "the tile has a seam")
    check(not seamless(tile[:100, :100]), "a piece of the tile has no seam: that test is blind")
    check_screenshot(folder / "screenshot.png", tile)


def check_torch(folder):
    if not (BUILD / "shim/torch/librestart-torch.so.0").exists():
        print("librestart-torch is not built: no digits")
        return
    network = ROOT / "examples/networks/digits.pt"
    done = play(folder, network, "--headless", "--seeds", "3", "--label", "0", "--steps", "40",
                "--out", folder)
    print(done.stdout)
    if not check(done.returncode == 0, f"the game ended with {done.returncode}"):
        return
    previews, digit = check_previews(folder, 3, made(done.stdout, 3)[2])
    away = [np.abs(p - digit).mean() for p in previews]
    check(away[0] > 50 and away[0] > away[10] > away[20] > away[30], f"no way nearer: {away}")
    run(TOOL, "sample", network, "--npy", folder / "tool.npy", "--count", "1", "--seed", "3",
        "--labels", "0", "--steps", "40", "--quiet")
    wanted = (np.load(folder / "tool.npy").reshape(32, 32) + 1) * 127.5
    check(np.abs(digit[..., 0] - wanted.clip(0, 255)).max() < 2, "not the digit of the command")
    check(seamless(digit), "the digit's tile has a seam")
    check(frames(done.stdout, "update")["median"] < 2, "the game waited in update")


def check_errors(folder):
    """Every failure is printed as a sentence and ends the game with a status."""
    text = folder / "text.png"
    text.write_text("no picture")
    cases = [(["/nowhere.png"], "/nowhere.png: No such file"),
             ([text], "Could not decode"),
             ([EXEMPLAR, "--steps", "2.5"], "steps is a whole number"),
             ([EXEMPLAR, "--segments", "[4,"], "at position"),
             ([EXEMPLAR, "--size", "2x2"], "option is out of its range"),
             ([EXEMPLAR, "--size", "big"], "a size is like 96x64"),
             ([EXEMPLAR, "--stepz", "2"], "no option --stepz")]
    if (BUILD / "shim/torch/librestart-torch.so.0").exists():
        cases.append(([ROOT / "examples/networks/toy20.pt"], "samples of [20] are no pictures"))
    for words, sentence in cases:
        done = play(folder, *words, "--headless")
        check(done.returncode == 1 and sentence in done.stdout,
              f"{words}: {done.returncode}, {done.stdout}")
    done = play(folder, EXEMPLAR, "--headless", library="/nowhere")
    check(done.returncode == 1 and "librestart was not found" in done.stdout, done.stdout)


def check_copy(folder):
    """A game with the folder `restart` beside its main.lua, as docs/love.md says: as a folder with
    the libraries within, and as an archive with them beside it."""
    game, libraries = folder / "game", folder / "game/restart/_lib"
    shutil.copytree(ROOT / "examples/hosts/love-small", game)
    shutil.copytree(ROOT / "shim/lua/restart", game / "restart")
    shutil.copy(GAME / "conf.lua", game)
    shutil.copy(EXEMPLAR, game / "floor.png")
    with open(game / "main.lua", "a", encoding="utf-8") as source:
        source.write("local draw = love.draw\n"
                     "function love.draw()\n"
                     "  draw()\n"
                     "  if floor.state == 'done' or floor.state == 'failed' then\n"
                     "    print(floor.state, floor.message)\n"
                     "    love.event.quit(5)\n"
                     "  end\n"
                     "end\n")
    shutil.make_archive(folder / "packed", "zip", game)
    archive = (folder / "packed.zip").rename(folder / "packed.love")
    for start, place in (game, libraries), (archive, folder):
        place.mkdir(exist_ok=True)
        for path in "lib/librestart.so.0", "shim/exemplar/librestart-exemplar.so.0":
            shutil.copy(BUILD / path, place)
        done = play(folder, game=start, library="")
        check(done.returncode == 5 and "done\t" in done.stdout, f"{start}: {done.stdout}")


def main():
    need("love", "Xvfb", "timeout")
    with tempfile.TemporaryDirectory() as name, screen():
        folder = pathlib.Path(name)
        check_exemplar(folder)
        check_torch(folder)
        check_errors(folder)
        check_copy(folder)
    finish()


main()
