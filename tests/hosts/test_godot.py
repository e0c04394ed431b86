# SPDX-License-Identifier: MIT
"""The plugin for Godot 3 in Godot itself, without a screen and on one that is not there:
test_godot.py PLUGIN RESTART_SAMPLER TORCH_LIBRARY, the last two "" where they were not built."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE.parent / "tool")]
from check import ROOT, check, finish, need, run  # noqa: E402

PROJECT = ROOT / "examples/hosts/godot"
EXEMPLARS = ROOT / "examples/exemplars"
NETWORK = ROOT / "examples/networks/digits.pt"
ENTRIES = ["godot_gdnative_init", "godot_gdnative_terminate", "godot_nativescript_init"]
TEXTURE = ["texture", EXEMPLARS / "rock.png", "--seed", "7", "--size", "24x16", "--quiet"]
# File that checks.gd leaves, and what the command is told to make the same.
SAME = {
    "short": [*TEXTURE, "--steps", "4", "--segments", "[3,2,1,4]"],
    "ode": [*TEXTURE, "--seed", "8", "--steps", "4", "--segments", ""],
    "preset": [*TEXTURE, "--seed", "8", "--preset", "cifar10-vp-43"],
    "budget": [*TEXTURE, "--seed", "8", "--preset", "a1111", "--steps", "20"],
    "list": [*TEXTURE, "--seed", "8", "--steps", "4", "--segments", "[3,2,1,4]", "--search",
             "shortlist"],
    "digit": ["sample", NETWORK, "--seed", "5", "--count", "1", "--labels", "3", "--steps", "5",
              "--segments", "[3,1,.06,.3]", "--threads", "1", "--quiet"],
}


def check_exports(plugin):
    if not shutil.which("nm"):
        return
    names = re.findall(r" [A-Z] (\w+)", run("nm", "-D", "--defined-only", plugin))
    check(names == ENTRIES, f"exported: {names}")
    needed = run("nm", "-D", "--undefined-only", plugin)
    check(" rs_" not in needed, f"the plugin wants librestart from elsewhere:\n{needed}")


def set_up(folder, plugin):
    """A copy of the project with the plugin, where its exemplars are found."""
    project = folder / "hosts/godot"
    shutil.copytree(PROJECT, project)
    shutil.copy(plugin, project / "addons/restart")
    shutil.copy(HERE / "godot/checks.gd", project)
    (folder / "exemplars").symlink_to(EXEMPLARS)
    return project


def godot(folder, seconds, *command, **more):
    """What Godot prints; errors and warnings of its own go elsewhere."""
    environment = dict(os.environ, HOME=str(folder), XDG_RUNTIME_DIR=str(folder), LANG="en",
                       LC_ALL="en_US.UTF-8", LIBGL_ALWAYS_SOFTWARE="1", **more)
    for name in "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME":
        environment.pop(name, None)
    words = ["timeout", str(seconds), *(str(word) for word in command)]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False, env=environment, cwd=folder)
    if not check(done.returncode == 0, f"{command[0]} ended with {done.returncode}"):
        print(done.stdout, done.stderr, sep="\n")
    return done.stdout


# ---- without a screen ------------------------------------------------------------------------

def check_script(folder, project, torch, *arguments):
    more = {"LD_LIBRARY_PATH": str(pathlib.Path(torch).parent)} if torch else {}
    words = [f"--exemplar={EXEMPLARS / 'rock.png'}", f"--out={folder}", *arguments]
    if torch:
        words.append(f"--network={NETWORK}")
    said = godot(folder, 240, "godot3-server", "--path", project, "-s", "checks.gd", *words, **more)
    for line in said.splitlines():
        check(not line.startswith("bad:"), line)
        if " us" in line:
            print(line)
    check("\nend" in said, "the script did not come to its end")
    return said


def command_bytes(folder, sampler, words):
    """What the command makes, as bytes of pixels."""
    import numpy
    import png
    if words[0] == "texture":
        run(sampler, *words, "-o", folder / "command.png")
        return png.decode((folder / "command.png").read_bytes()).tobytes()
    run(sampler, *words, "--npy", folder / "command.npy")
    levels = numpy.floor((numpy.load(folder / "command.npy") + 1) * numpy.float32(127.5) + .5)
    return numpy.clip(levels, 0, 255).astype(numpy.uint8).tobytes()


def check_bits(folder, sampler, torch):
    try:
        import numpy  # noqa: F401
    except ImportError:
        sampler = ""
    if not sampler:
        print("not compared with the command: it was not built, or numpy is not there")
        return
    for name, words in SAME.items():
        if name != "digit" or torch:
            made = (folder / f"{name}.bin").read_bytes()
            check(made == command_bytes(folder, sampler, words),
                  f"{name}: not the command's bits")


# ---- with one --------------------------------------------------------------------------------

def colours(path):
    """How many colours a picture of the screen has."""
    out = run("identify", "-format", "%k", path)
    return int(out)


def check_scene(folder, project):
    if not all(shutil.which(name) for name in ("godot3-runner", "xvfb-run", "identify")):
        print("the scene was not drawn: godot3-runner, xvfb or imagemagick is not installed")
        return
    said = godot(folder, 240, "xvfb-run", "-a", "-s", "-screen 0 640x480x24", "godot3-runner",
                 "--audio-driver", "Dummy", "--path", project, f"--measure={folder}")
    frames = dict(re.findall(r"^(idle|generating): (\d+) frames", said, flags=re.M))
    print("\n".join(line for line in said.splitlines() if " frames" in line))
    check(int(frames.get("idle", 0)) > 100, f"frames in pauses: {said}")
    check(int(frames.get("generating", 0)) >= 9, f"no frames were drawn in three runs: {said}")
    for name in "running.png", "end.png":
        path = folder / name
        if check(path.exists(), f"no {name}"):
            check(colours(path) > 500, f"{name} has only {colours(path)} colours")
    check((folder / "running.png").read_bytes() != (folder / "end.png").read_bytes(),
          "the preview looks like the end")


def main():
    plugin, sampler, torch = (word and os.path.abspath(word) for word in sys.argv[1:])
    check_exports(plugin)
    need("godot3-server", "timeout")
    with tempfile.TemporaryDirectory(prefix="restart-godot-") as name:
        folder = pathlib.Path(name)
        project = set_up(folder, plugin)
        version = check_script(folder, project, torch).split("version ")[1].split()[0]
        header = (ROOT / "include/restart/version.h").read_text(encoding="utf-8")
        numbers = re.findall(r"^#define RS_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header, flags=re.M)
        check(version == ".".join(numbers), f"version {version}")
        check_bits(folder, sampler, torch)
        check_script(folder, project, torch, "--leave=1")
        check_scene(folder, project)
    finish()


main()
