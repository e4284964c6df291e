"""The two sockets of haproxy: that of the process that serves, and that of its master, which also reaches the
processes before a reload that still have connections."""

import csv
import socket
from typing import Dict, List, NamedTuple, Optional

from . import paths

_TIMEOUT_SECONDS = 5.0


class Figures(NamedTuple):
    backend: str
    name: str
    address: str
    status: str
    weight: int
    sessions: int
    queued: int


def ask(command: str, path: str = paths.ADMIN) -> str:
    """OSError when nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(_TIMEOUT_SECONDS)
        channel.connect(path)
        channel.sendall(command.encode() + b"\n")
        channel.shutdown(socket.SHUT_WR)
        received = b""
        while True:
            chunk = channel.recv(65536)
            if not chunk:
                return received.decode(errors="replace").strip()
            received += chunk


def running_frame() -> Optional[str]:
    """Of the process that serves; None when there is none. The configuration has it as the name of the node."""
    try:
        info = ask("show info")
    except OSError:
        return None
    return next((line[6:] for line in info.splitlines() if line.startswith("node: ")), None)


def old_processes() -> List[str]:
    """Pids of those that have been replaced by a reload and still have connections."""
    try:
        lines = ask("show proc", paths.MASTER).splitlines()
    except OSError:
        return []
    old = False
    found = []
    for line in lines:
        if line.startswith("#"):
            old = line.startswith("# old workers")
        elif old and line.split():
            found.append(line.split()[0])
    return found


def ask_old(pid: str, command: str) -> str:
    """Empty when it has ended meanwhile."""
    try:
        return ask("@!%s %s" % (pid, command), paths.MASTER)
    except OSError:
        return ""


def figures(text: Optional[str] = None) -> List[Figures]:
    """Of all servers. A text is that of `show stat` of another process."""
    answer = ask("show stat -1 4 -1") if text is None else text
    rows = csv.DictReader(answer.lstrip("# ").splitlines())
    return [_figures(row) for row in rows if row.get("svname")]


def _figures(row: Dict[str, str]) -> Figures:
    def number(key: str) -> int:
        return int(row.get(key) or 0)
    return Figures(
        row["pxname"], row["svname"], row.get("addr") or "", row.get("status") or "", number("weight"),
        number("scur"), number("qcur"),
    )
