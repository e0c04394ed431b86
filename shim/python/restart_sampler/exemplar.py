# SPDX-License-Identifier: MIT
"""`Exemplar`: a score network made from one picture, without training (librestart-exemplar)."""

import ctypes
from typing import Any, Optional, Sequence, Tuple, Union

import numpy as np

from ._abi import lib, rs_sampler_options, rs_schedule_options
from ._abi_shims import exemplar as library
from ._abi_shims import rs_exemplar, rs_exemplar_options, rs_exemplar_patch
from .constants import Search
from .errors import check
from .network import Native
from .options import Model, Schedule, constant
from .sampler import Sampler


class Exemplar(Native):
    """The network of one picture; sampled it makes new variations of it that tile seamlessly.

        textures = Exemplar.from_image(picture).sampler(batch=4, threads=2)
        pictures = Exemplar.to_image(textures.sample(seeds=7))

    picture  [channels, height, width], float, made for [-1, 1]
    size     (height, width) of the pictures to make; default the picture's
    patches  (sigma, side) pairs, decreasing sigma, the last 0; default the built-in rule
    search   "exact", or "shortlist": many times faster for large pictures (docs/exemplar.md)

    The time of an exact evaluation is proportional to output pixels x exemplar pixels. It serves
    one sampler at a time. RestartError: ERR_OPTION, ERR_MEMORY, ERR_NONFINITE.
    """

    def __init__(self, picture: Any, size: Optional[Tuple[int, int]] = None,
                 patches: Optional[Sequence[Tuple[float, int]]] = None,
                 search: Union[Search, str] = "exact") -> None:
        self._library = library()
        pixels = np.ascontiguousarray(picture, np.float32)
        if pixels.ndim != 3:
            raise ValueError(f"a picture is [channels, height, width], not {list(pixels.shape)}")
        options = rs_exemplar_options()
        self._library.rs_exemplar_options_init_sized(ctypes.byref(options),
                                                     ctypes.sizeof(options))
        options.pixels = pixels.ctypes.data
        options.channels, options.height, options.width = pixels.shape
        options.output_height, options.output_width = size or pixels.shape[1:]
        pairs = [rs_exemplar_patch(sigma, side, 0) for sigma, side in patches or ()]
        rule = (rs_exemplar_patch * len(pairs))(*pairs)
        if patches:
            options.patches, options.patch_count = rule, len(rule)
        options.search = constant(Search, search)
        self._exemplar = ctypes.POINTER(rs_exemplar)()
        check(self._library.rs_exemplar_new(ctypes.byref(options), ctypes.byref(self._exemplar)))
        self.shape = (options.channels, options.output_height, options.output_width)
        super().__init__(self._library.rs_exemplar_denoise, self._exemplar)
        self.model, self.schedule = self._known()

    def __del__(self) -> None:
        if getattr(self, "_exemplar", None):
            self._library.rs_exemplar_free(self._exemplar)

    def _known(self) -> Tuple[Model, Schedule]:
        options, schedule = rs_sampler_options(), rs_schedule_options()
        lib.rs_sampler_options_init_sized(ctypes.byref(options), ctypes.sizeof(options))
        lib.rs_schedule_options_init_sized(ctypes.byref(schedule), ctypes.sizeof(schedule))
        check(self._library.rs_exemplar_model(self._exemplar, ctypes.byref(options)))
        check(self._library.rs_exemplar_schedule(ctypes.byref(schedule)))
        return Model.from_struct(options.model), Schedule.from_struct(schedule)

    def sampler(self, **options: Any) -> Sampler:
        """A sampler of this network by the schedule that suits it; options of Sampler."""
        return Sampler(self, **options)

    @classmethod
    def from_image(cls, image: Any, **options: Any) -> "Exemplar":
        """From a picture of 0 .. 255, [height, width] or [height, width, channels], or of PIL."""
        values = np.atleast_3d(np.asarray(image, np.float32))
        return cls(values.transpose(2, 0, 1) / 127.5 - 1, **options)

    @staticmethod
    def to_image(x: Any) -> np.ndarray:
        """Samples as pictures of 0 .. 255: [..., channels, height, width] in [-1, 1] to
        [..., height, width, channels], uint8; without the last for one channel."""
        values = np.clip(np.rint((np.asarray(x) + 1) * 127.5), 0, 255).astype(np.uint8)
        image = np.moveaxis(values, -3, -1)
        return image[..., 0] if image.shape[-1] == 1 else image
