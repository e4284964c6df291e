"""Files that are written whole or not at all."""

import fcntl
import json
import os
from contextlib import contextmanager
from typing import Iterator, Optional

from . import paths


def write(path: str, text: str) -> None:
    new = path + ".new"
    with open(new, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
    os.replace(new, path)


def read(path: str) -> Optional[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def read_json(path: str) -> Optional[dict]:
    """None also for a file that is no JSON: it is written again."""
    try:
        document = json.loads(read(path) or "null")
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


@contextmanager
def lock() -> Iterator[None]:
    """One change at a time, whichever process makes it."""
    with open(paths.LOCK, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
