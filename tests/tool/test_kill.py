# SPDX-License-Identifier: MIT
"""test_kill.py PATH_TO_BINARY FOLDER_OF_MODULES [KILLS]: restart-sampler sample, killed (kill -9)
at random moments of start, run, save and end, KILLS times in all (default 6), and started again
after each: what it leaves is a whole checkpoint or none, and the samples in the end have the bits
of an undisturbed run."""

import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from check import check, finish, skip  # noqa: E402

RUN = ["--steps", "200", "--sigma-max", "10", "--threads", "1", "-n", "4", "--batch", "2",
       "--segments", "[3,100,1,6]", "-q"]
KEEP = ["--checkpoint", "run", "--checkpoint-every", "0"]


def command(tool, model, *more):
    return [tool, "sample", model, *RUN, "--npy", "out.npy", *more]


def play(tool, model, folder, longest):
    """Starts it and kills it after a random part of the time that a whole run takes. Whether it
    was killed, and what it said."""
    process = subprocess.Popen(command(tool, model, *KEEP), cwd=folder, stderr=subprocess.PIPE,
                               text=True)
    try:
        said = process.communicate(timeout=random.random() * longest)[1]
        return False, process.returncode, said
    except subprocess.TimeoutExpired:
        process.kill()
        said = process.communicate()[1]
        return process.returncode == -signal.SIGKILL, process.returncode, said


def judge_folder(folder, whole):
    """Only the names that belong there; a finished file is whole."""
    names = {path.name for path in folder.iterdir()}
    check(names <= {"run", "run.restart-part", "out.npy", "out.npy.restart-part"},
          f"left behind: {names}")
    if "out.npy" in names:
        check((folder / "out.npy").read_bytes() == whole, "the samples have other bits")


def main():
    tool, modules = pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2]).absolute()
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 6
    model = modules / "sums.pt"
    random.seed(5)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        begin = time.monotonic()
        done = subprocess.run(command(tool, model), cwd=folder, capture_output=True, text=True,
                              check=False)
        longest = time.monotonic() - begin
        if "needs librestart-torch" in done.stderr:
            skip("librestart-torch was not built: no libtorch")
        check(done.returncode == 0, done.stderr)
        whole = (folder / "out.npy").read_bytes()
        os.unlink(folder / "out.npy")
        killed = finished = taken_up = 0
        while killed < kills:
            taken_up += (folder / "run").exists()
            was_killed, status, said = play(tool, model, folder, longest)
            killed += was_killed
            check(was_killed or status == 0, f"ended with {status}: {said}")
            judge_folder(folder, whole)
            if not was_killed:
                check(not (folder / "run").exists(), "a checkpoint of a finished run")
                finished += 1
                os.unlink(folder / "out.npy")
        done = subprocess.run(command(tool, model, *KEEP), cwd=folder, capture_output=True,
                              text=True, check=False)
        check(done.returncode == 0, done.stderr)
        check((folder / "out.npy").read_bytes() == whole, "the last samples have other bits")
        print(f"{killed} times killed, {taken_up} checkpoints taken up, "
              f"{finished + 1} runs finished")
    finish()


main()
