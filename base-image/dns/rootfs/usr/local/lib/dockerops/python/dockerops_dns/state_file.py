"""The arbiter's one file: order, withdrawals, and a copy of the leases for when the zone is lost.

Written whole, to disk, then renamed into place: a kill at any moment leaves the old one or the new one. A file that
cannot be read is as good as none; what it adds to the zone is then learnt anew.
"""

import json
import os
import time
from typing import Callable, Optional

from .book import Book

_SIZE_LIMIT_BYTES = 16 * 1024 * 1024


class StateFile:
    def __init__(self, path: str, log: Callable[[str], None]) -> None:
        self._path = path
        self._log = log
        self.is_stale = False

    def load(self, book: Book, now: float) -> Optional[str]:
        """Fills the book. Returns the generation of the zone that the file belongs to."""
        try:
            with open(self._path, encoding="utf-8") as file:
                document = json.loads(file.read(_SIZE_LIMIT_BYTES))
            book.restore(document["leases"], now, time.time())
            return document["generation"]
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._log("%s cannot be used, going by the zone alone: %s" % (self._path, error))
            return None

    def save(self, book: Book, generation: Optional[str], now: float) -> None:
        """OSError when it cannot be written; it stays stale then."""
        text = json.dumps({"generation": generation, "leases": book.save(now, time.time())})
        temporary = self._path + ".new"
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self._path)
        self.is_stale = False
