#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Samples the exemplar model on the floor textures of Debian's `freedoom` package and measures how
far samples are from their exemplars.

    study.py --study BUILD/tests/quality/exemplar/study --out flats.tsv            all flats
    study.py --study ... --out try.tsv --flats LAVA1,RROCK02 --config a="steps=12" --config b=...
    study.py --out flats.tsv --summary                                             tables only

One row a sample is appended to --out; rows that are there already are not measured again. Numbers:
w3, w7, w15: sliced Wasserstein-1 distance (--directions unit vectors, pixels in [-1, 1]) between
the p x p patches of sample and exemplar, both with wrap-around. share, coherence, translation: how
much is copied, see study.c. The arguments of a configuration are those of study.c.
"""
import argparse
import os
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np

TRAIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../examples/train")
sys.path.insert(0, TRAIN)
from wad import WADS, read_flats  # noqa: E402

SIDES = (3, 7, 15)
COLUMNS = "flat config seed nfe seconds w3 w7 w15 share coherence translation".split()
CONFIGS = {
    "ode": "steps=19 sigma_min=0.02 sigma_max=80",
    "sde": "steps=19 sigma_min=0.02 sigma_max=80 s_churn=3",
    "restart": "default",
}
# Chosen by eye before any measurement: half structured, half not.
SUBSET = (
    "BLOOD1 CEIL3_1 DEM1_5 FLAT1_1 FLAT5_6 FLAT5_7 FLAT8 GRASS1 GRNROCK LAVA1 MFLR8_3 RROCK02 "
    "RROCK11 RROCK12 RROCK16 RROCK19 SFLR7_1 NUKAGE1 SLIME09 FLAT5 FLOOR5_1 SWATER1 AQF047 "
    "FCGRATE1"
).split()
# Stone, water, lava, plants; everything else was built, with edges that line up.
NATURAL = tuple(
    "BLOOD FWATER SWATER NUKAGE LAVA SLIME01 SLIME02 SLIME03 SLIME04 SLIME05 SLIME06 SLIME07 "
    "SLIME08 SLIME09 SLIME10 SLIME11 SLIME12 SFLR6 SFLR7 GRASS RROCK GRNROCK MFLR8 FLAT10 FLAT5_6 "
    "FLAT5_7 FLAT5_8 FLOOR6 F_SKY1".split()
)
FLOOR = 0.002  # added before a logarithm: below it differences are not to be seen


def projections(picture, side, directions):
    """Sorted projections of all side x side patches of a picture."""
    r = side // 2
    padded = np.pad(picture, ((0, 0), (r, r), (r, r)), mode="wrap")
    view = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(1, 2))
    patches = view.transpose(1, 2, 0, 3, 4).reshape(-1, 3 * side * side)
    return np.sort(patches @ directions[side], axis=0)


def make_directions(count):
    rng = np.random.default_rng(1)
    result = {}
    for side in SIDES:
        d = rng.standard_normal((3 * side * side, count)).astype(np.float32)
        result[side] = d / np.linalg.norm(d, axis=0)
    return result


def distances(sample, target, directions):
    return [np.abs(projections(sample, p, directions) - target[p]).mean() for p in SIDES]


def write_png(path, picture):
    height, width, _ = picture.shape
    rows = b"".join(b"\0" + row.tobytes() for row in picture)

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    with open(path, "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n")
        out.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
        out.write(chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def to_bytes(sample):
    return np.rint((np.clip(sample, -1, 1).transpose(1, 2, 0) + 1) * 127.5).astype(np.uint8)


def measure(args, directions, name, picture, config, seeds):
    """One run of the C program; a row for each seed."""
    pixels = (picture.transpose(2, 0, 1) / np.float32(127.5) - 1).astype(np.float32)
    with tempfile.TemporaryDirectory() as work:
        source, out = os.path.join(work, "in"), os.path.join(work, "out")
        pixels.tofile(source)
        command = [args.study, source, out, *config[1].split()]
        command += [f"seed={seeds[0]}", f"count={len(seeds)}"]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        samples = np.fromfile(out, np.float32).reshape(-1, 3, 64, 64)
    target = {p: projections(pixels, p, directions) for p in SIDES}
    rows = []
    for seed, sample, line in zip(seeds, samples, text.splitlines()):
        nfe, seconds, *copied = line.split()
        w = [f"{d:.5f}" for d in distances(sample, target, directions)]
        rows.append([name, config[0], str(seed), nfe, seconds, *w, *copied])
        if args.png:
            tile = np.kron(np.tile(to_bytes(sample), (2, 2, 1)), np.ones((2, 2, 1), np.uint8))
            write_png(os.path.join(args.png, f"{name}-{config[0]}-{seed}.png"), tile)
    return rows


def read_rows(path):
    if not os.path.exists(path):
        return []
    with open(path) as table:
        lines = [line.rstrip("\n").split("\t") for line in table]
    return [dict(zip(COLUMNS, line)) for line in lines if len(line) == len(COLUMNS)][1:]


def missing(rows, names, configs, seeds):
    done = {(r["flat"], r["config"], int(r["seed"])) for r in rows}
    for name in names:
        for config in configs.items():
            todo = [s for s in seeds if (name, config[0], s) not in done]
            if todo:
                yield name, config, list(range(todo[0], todo[-1] + 1))


def run(args, flats, names, configs):
    directions = make_directions(args.directions)
    seeds = list(range(args.seed, args.seed + args.seeds))
    todo = list(missing(read_rows(args.out), names, configs, seeds))
    fresh, start = not os.path.exists(args.out), time.time()
    with open(args.out, "a") as out, ThreadPoolExecutor(args.jobs) as pool:
        if fresh:
            out.write("\t".join(COLUMNS) + "\n")
        jobs = [pool.submit(measure, args, directions, n, flats[n], c, s) for n, c, s in todo]
        for done, job in enumerate(jobs, 1):
            out.writelines("\t".join(row) + "\n" for row in job.result())
            out.flush()
            left = (time.time() - start) / done * (len(jobs) - done)
            print(f"\r{done}/{len(jobs)}, {left:.0f} s left  ", end="", file=sys.stderr)
    print(file=sys.stderr)


def group(flat):
    return "natural" if flat.startswith(NATURAL) else "built"


def means(rows, title):
    """One line a configuration; `gm` are geometric means."""
    keys = COLUMNS[5:]
    print(f"| {title} | NFE | s | " + " | ".join(keys) + " | gm w3 | gm w7 | gm w15 |")
    print("|---" * (len(keys) + 6) + "|")
    for config in dict.fromkeys(r["config"] for r in rows):
        mine = [r for r in rows if r["config"] == config]
        mean = {k: np.mean([float(r[k]) for r in mine]) for k in ["seconds"] + keys}
        log = {k: np.mean([np.log(float(r[k]) + FLOOR) for r in mine]) for k in ("w3", "w7", "w15")}
        cells = [config, mine[0]["nfe"], f"{mean['seconds']:.2f}"]
        cells += [f"{mean[k]:.4f}" for k in keys]
        cells += [f"{np.exp(v) - FLOOR:.4f}" for v in log.values()]
        print("| " + " | ".join(cells) + " |")
    print()


def duels(rows, title):
    """How often one configuration's w15 is the lower one, same flat and seed, and by how much."""
    w = {(r["config"], r["flat"], r["seed"]): float(r["w15"]) for r in rows}
    configs = list(dict.fromkeys(r["config"] for r in rows))
    for i, a in enumerate(configs):
        for b in configs[i + 1 :]:
            pairs = [(v, w[b, f, s]) for (c, f, s), v in w.items() if c == a and (b, f, s) in w]
            logs = [np.log((y + FLOOR) / (x + FLOOR)) for x, y in pairs]
            wins = sum(y < x for x, y in pairs)
            error = np.std(logs) / max(1, len(logs)) ** 0.5
            ratio = f"{np.exp(np.mean(logs)):.3f} (+- {error:.3f})"
            print(f"{title}: {b} below {a} in {wins} of {len(pairs)}, geometric ratio {ratio}")


def summary(rows):
    groups = {"all": rows}
    for name in ("natural", "built"):
        groups[name] = [r for r in rows if group(r["flat"]) == name]
    for name, mine in groups.items():
        if mine:
            means(mine, f"{name}, {len({r['flat'] for r in mine})} flats")
    for name, mine in groups.items():
        duels(mine, name)
    moved = [r for r in rows if float(r["translation"]) < 0.1]
    print(f"samples within a tenth of the variance of a translation: {len(moved)} of {len(rows)}")


def per_flat(rows):
    """One line a flat: means over the seeds."""
    configs = list(dict.fromkeys(r["config"] for r in rows))
    keys = ("w3", "w7", "w15", "coherence")
    print("| flat | " + " | ".join(f"{c} {k}" for c in configs for k in keys) + " |")
    print("|---" * (1 + len(configs) * len(keys)) + "|")
    for flat in sorted({r["flat"] for r in rows}):
        cells = [flat]
        for config in configs:
            mine = [r for r in rows if r["flat"] == flat and r["config"] == config]
            for k in keys:
                cells.append(f"{np.mean([float(r[k]) for r in mine]):.4f}" if mine else "")
        print("| " + " | ".join(cells) + " |")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--study", help="the C program")
    parser.add_argument("--out", required=True, help="table, appended to")
    parser.add_argument("--wad", action="append", help="instead of Debian's two")
    parser.add_argument("--flats", default="all", help="names, `subset` or `all`")
    parser.add_argument("--config", action="append", help="NAME=ARGUMENTS of study.c")
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--seeds", type=int, default=2, help="how many")
    parser.add_argument("--directions", type=int, default=64)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--png", help="folder for pictures, tiled 2 x 2 and doubled")
    parser.add_argument("--summary", action="store_true", help="print the means and stop")
    parser.add_argument("--table", action="store_true", help="print the table per flat and stop")
    return parser.parse_args()


def main():
    args = arguments()
    if args.summary or args.table:
        (summary if args.summary else per_flat)(read_rows(args.out))
        return
    if args.png:
        os.makedirs(args.png, exist_ok=True)
    flats = read_flats(args.wad or WADS)
    names = {"all": list(flats), "subset": SUBSET}.get(args.flats) or args.flats.split(",")
    configs = dict(c.split("=", 1) for c in args.config) if args.config else CONFIGS
    run(args, flats, names, configs)
    summary(read_rows(args.out))


if __name__ == "__main__":
    main()
