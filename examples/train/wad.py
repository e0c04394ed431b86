# SPDX-License-Identifier: MIT
"""Reads the floors ("flats") and walls of a Doom WAD, such as those of Debian's package `freedoom`.

Pictures are uint8 [H, W, 3], in the colours of the WAD's palette.
"""
import struct

import numpy as np

WADS = ["/usr/share/games/doom/freedoom1.wad", "/usr/share/games/doom/freedoom2.wad"]


def text(name):
    return name.split(b"\0")[0].decode("ascii")


def lumps(path):
    """(name, bytes) of every lump, in order."""
    with open(path, "rb") as wad:
        data = wad.read()
    _, count, at = struct.unpack_from("<4sii", data)
    for i in range(count):
        start, size, name = struct.unpack_from("<ii8s", data, at + 16 * i)
        yield text(name), data[start : start + size]


def palette(entries):
    """[256, 3]; the first PLAYPAL counts."""
    return np.frombuffer(dict(reversed(entries))["PLAYPAL"][:768], np.uint8).reshape(256, 3)


def read_flats(paths):
    """Name -> [64, 64, 3], each picture once."""
    flats, seen = {}, set()
    for path in paths:
        entries = list(lumps(path))
        colours = palette(entries)
        inside = False
        for name, data in entries:
            if name in ("F_START", "F_END"):
                inside = name == "F_START"
            elif inside and len(data) == 4096:
                picture = colours[np.frombuffer(data, np.uint8)].reshape(64, 64, 3)
                if picture.tobytes() not in seen and name not in flats:
                    seen.add(picture.tobytes())
                    flats[name] = picture
    return flats


def draw_patch(canvas, patch, x, y):
    """Draws a column-wise stored patch on a [H, W] canvas of palette indices; -1: nothing there."""
    width, height = struct.unpack_from("<HH", patch)
    starts = struct.unpack_from(f"<{width}I", patch, 8)
    for column, at in enumerate(starts, x):
        while 0 <= column < canvas.shape[1] and patch[at] != 255:
            top, length = y + patch[at], patch[at + 1]
            lower, upper = max(top, 0), min(top + length, canvas.shape[0])
            if lower < upper:
                post = np.frombuffer(patch, np.uint8, length, at + 3)
                canvas[lower:upper, column] = post[lower - top : upper - top]
            at += length + 4


def compose(table, at, patches):
    """The wall described at an offset of a TEXTURE1 lump: its name and [H, W] palette indices."""
    name, _, width, height, _, count = struct.unpack_from("<8sIHHIH", table, at)
    canvas = np.full((height, width), -1, np.int16)
    for i in range(count):
        x, y, patch = struct.unpack_from("<hhH", table, at + 22 + 10 * i)
        if patches[patch]:
            draw_patch(canvas, patches[patch], x, y)
    return text(name), canvas


def read_walls(paths):
    """Name -> [H, W, 3], opaque walls only, each picture once."""
    walls, seen = {}, set()
    for path in paths:
        entries = list(lumps(path))
        colours, data = palette(entries), {name.upper(): lump for name, lump in entries}
        names = struct.iter_unpack("8s", data["PNAMES"][4:])
        patches = [data.get(text(name).upper()) for name, in names]
        for table in (data[t] for t in ("TEXTURE1", "TEXTURE2") if t in data):
            for at in struct.unpack_from(f"<{struct.unpack_from('<i', table)[0]}i", table, 4):
                name, canvas = compose(table, at, patches)
                if canvas.min() >= 0 and canvas.tobytes() not in seen and name not in walls:
                    seen.add(canvas.tobytes())
                    walls[name] = colours[canvas]
    return walls
