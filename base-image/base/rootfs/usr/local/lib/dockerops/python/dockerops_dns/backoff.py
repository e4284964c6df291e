"""How long to wait between tries of something that fails."""

import os
from typing import Optional


def spread(low: float, high: float) -> float:
    """A random factor, so that many do not come all at once. (The random module would cost half a megabyte.)"""
    return low + (high - low) * os.urandom(1)[0] / 255


class Backoff:
    """Waits that double from `first` to `last` seconds, each off by up to a fifth; a success starts over."""

    def __init__(self, first: float, last: float) -> None:
        self._first = first
        self._last = last
        self.failures = 0

    def succeeded(self) -> None:
        self.failures = 0

    def failed(self, last: Optional[float] = None) -> float:
        """Counts a failure. Returns the seconds until the next try; `last` is a limit for this kind of failure."""
        wait = min(self._last if last is None else last, self._first * 2 ** min(self.failures, 16))
        self.failures += 1
        return wait * spread(0.8, 1.2)
