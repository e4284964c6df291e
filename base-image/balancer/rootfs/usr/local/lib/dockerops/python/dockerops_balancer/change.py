"""Makes haproxy do what a document says. A change of servers alone goes by its socket, all else by a reload, for which
the new process takes the sockets of the old one over: none is closed in between."""

import json
import os
import signal
import subprocess
import time
from typing import Dict, List

from . import files, paths, servers, sockets
from .document import Document, parse

_START_SECONDS = 10.0


class Refused(Exception):
    """haproxy does not take it; what ran before still runs."""


def change(text: Dict) -> Dict:
    """Returns once haproxy has it. Refused, ValueError or KeyError when the document is not right."""
    document = parse(text)
    with files.lock():
        _write(document, text)
        before = sockets.running_frame()
        if before is None:
            os.kill(1, signal.SIGHUP)
        elif before != document.frame:
            # The new process begins with the addresses that this one has found.
            files.write(paths.SERVER_STATE, sockets.ask("show servers state") + "\n")
            os.kill(int(files.read(paths.PID) or 0), signal.SIGUSR2)
        if before != document.frame:
            _await(document.frame)
        return {"reloaded": before is not None and before != document.frame, "refused": servers.adjust(document)}


def _write(document: Document, text: Dict) -> None:
    if files.read_json(paths.DOCUMENT) == text:
        return
    files.write(paths.HOSTS, document.hosts)
    files.write(paths.CONFIG + ".next", document.config)
    _check(paths.CONFIG + ".next")
    os.replace(paths.CONFIG + ".next", paths.CONFIG)
    files.write(paths.DOCUMENT, json.dumps(text))


def _check(path: str) -> None:
    checked = subprocess.run([paths.HAPROXY, "-c", "-q", "-f", path], capture_output=True, text=True, check=False)
    if checked.returncode != 0:
        raise Refused(checked.stderr.strip() or "haproxy -c ended with status %d" % checked.returncode)


def _await(frame: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while sockets.running_frame() != frame:
        if time.monotonic() > end:
            raise Refused("haproxy did not take the configuration within %d s" % _START_SECONDS)
        time.sleep(0.02)


def status() -> Dict:
    """Figures of each server, with the connections of processes before a reload."""
    found: Dict = {}
    texts = [sockets.ask_old(pid, "show stat -1 4 -1") for pid in sockets.old_processes()]
    # A place for a unit that is not there has no address.
    for row in [row for row in [*sockets.figures(), *_all(texts)] if row.address]:
        first = found.setdefault((row.backend, row.name), {**row._asdict(), "sessions": 0, "queued": 0})
        first["sessions"] += row.sessions
        first["queued"] += row.queued
    return {"frame": sockets.running_frame(), "servers": list(found.values())}


def _all(texts: List[str]) -> List[sockets.Figures]:
    return [row for text in texts for row in sockets.figures(text)]
