"""The arbiter's one file: its leases with their order and withdrawals. Beside it, for dockerops, which reads it without
starting a program: the instances that have a lease, a line each.

Written whole, to disk, then renamed into place: a kill at any moment leaves the old one or the new one. A file that
cannot be read is as good as none: the clients tell their leases again.
"""

import json
import os
import time
from typing import Callable

from .book import Book

_SIZE_LIMIT_BYTES = 16 * 1024 * 1024
_VERSION = 2


class StateFile:
    def __init__(self, path: str, registered: str, log: Callable[[str], None]) -> None:
        self._path = path
        self._registered = registered
        self._log = log
        self.is_stale = False

    def load(self, book: Book, now: float) -> bool:
        """Fills the book. False when there was nothing that could be read."""
        try:
            with open(self._path, encoding="utf-8") as file:
                document = json.loads(file.read(_SIZE_LIMIT_BYTES))
            if document["version"] != _VERSION:
                raise ValueError("version %r" % document["version"])
            book.restore(document["leases"], now, time.time())
            return True
        except FileNotFoundError:
            return False
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._log("%s cannot be used, waiting for the clients to tell their leases: %r" % (self._path, error))
            return False

    def save(self, book: Book, now: float, knows_all: bool) -> None:
        """OSError when it cannot be written; it stays stale then. `knows_all`: all clients have told their leases, so
        an instance that is not registered has no client that works."""
        _write(self._path, json.dumps({"version": _VERSION, "leases": book.save(now, time.time())}))
        if knows_all:
            _write(self._registered, "".join("%s\n" % name for name in book.registered(now)))
        elif os.path.exists(self._registered):
            os.unlink(self._registered)
        self.is_stale = not knows_all


def _write(path: str, text: str) -> None:
    temporary = path + ".new"
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
