# SPDX-License-Identifier: MIT
"""03_texture.py [PICTURE [OUTPUT]]: new textures from one picture, which tile. Without a picture
the exemplar is bricks drawn here. Writes a PNG where PIL is installed, otherwise an array of
numpy."""

import sys

try:
    import numpy as np
except ImportError:
    print("skipped: numpy is not installed")
    sys.exit(77)
from restart_sampler import Exemplar

try:
    from PIL import Image
except ImportError:
    Image = None


def bricks():
    """24 x 24 pixels of 0 .. 255."""
    y, x = np.indices((24, 24))
    mortar = (y % 6 == 0) | ((x + y // 6 % 2 * 6) % 12 == 0)
    return np.where(mortar, 25, 178).astype(np.uint8)


given = len(sys.argv) > 1 and Image is not None
picture = np.asarray(Image.open(sys.argv[1]).convert("RGB")) if given else bricks()
exemplar = Exemplar.from_image(picture, size=(picture.shape[0], picture.shape[1] * 4 // 3))
sampler = exemplar.sampler(batch=2, threads=2)
textures = Exemplar.to_image(sampler.sample(seeds=7))

sheet = np.tile(np.concatenate([*textures], axis=1), (2, 1, *([1] * (textures.ndim - 3))))
path = sys.argv[2] if len(sys.argv) > 2 else "texture.png" if Image else "texture.npy"
if Image:
    Image.fromarray(sheet).save(path)
else:
    np.save(path, sheet)
print(f"{sampler.plan.nfe} evaluations each, {path} has {sheet.shape[1]} x {sheet.shape[0]} pixels")

if not given:   # bricks are there: few pixels are of neither colour
    off = np.mean(np.minimum(abs(textures.astype(int) - 25), abs(textures.astype(int) - 178)) > 26)
    print(f"{100 * off:.1f}% of the pixels off")
    sys.exit(bool(off > 0.05))
