# SPDX-License-Identifier: MIT
"""What the package raises. What a network or another callable raises comes back as it is."""

from typing import Optional

from ._abi import lib
from .constants import Status


class RestartError(Exception):
    """A call of the library failed. `status` says what kind, the text is the library's sentence."""

    def __init__(self, status: int, sentence: str = "") -> None:
        self.status = Status(status)
        super().__init__(sentence or lib.rs_status_text(status).decode())

    def __reduce__(self):
        return type(self), (self.status, str(self))


class Stopped(RestartError):
    """`Sampler.stop` was called. The run can be continued: `Sampler.resume`, or iterate again."""


def check(status: int, sentence: Optional[bytes] = None) -> int:
    """The status of a call that worked, 0 or above; otherwise the exception for it."""
    if status < 0:
        raise RestartError(status, (sentence or b"").decode())
    return status
