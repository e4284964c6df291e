"""The commands of the image: `run` is its process, the others are called by exec. They print one JSON document."""

import json
import sys
from typing import List

from . import change, files, paths


def main(arguments: List[str]) -> int:
    command = arguments[0] if arguments else ""
    if command == "run":
        from .agent import run
        return run()
    if command == "relay":
        from .relay import serve
        return serve()
    if command not in _COMMANDS:
        print("usage: dockerops-balancer run|relay|set|status|publish|reports|health", file=sys.stderr)
        return 2
    try:
        print(json.dumps(_COMMANDS[command]()))
        return 0
    except (OSError, ValueError, KeyError, TypeError, change.Refused) as error:
        print(json.dumps({"error": str(error) or type(error).__name__}))
        return 1


def _input() -> dict:
    """The length in bytes on the first line, then as much: the end of the input need not reach an exec."""
    length = int(sys.stdin.buffer.readline())
    document = json.loads(sys.stdin.buffer.read(length))
    if not isinstance(document, dict):
        raise ValueError("not a document")
    return document


def _publish() -> dict:
    files.write(paths.DOCUMENTS, json.dumps(_input()))
    return {}


def _health() -> dict:
    """Without a configuration there is nothing that could be ill."""
    if files.read(paths.CONFIG) is not None:
        change.status()
    return {}


_COMMANDS = {
    "set": lambda: change.change(_input()),
    "status": change.status,
    "publish": _publish,
    "reports": lambda: files.read_json(paths.REPORTS) or {"reports": []},
    "health": _health,
}
