"""Brings the servers of the running haproxy to those of a document, by its socket: no connection is lost by it."""

from typing import Dict, List, Tuple

from . import sockets
from .document import Document, Server

Key = Tuple[str, str]


def adjust(document: Document) -> List[str]:
    """Returns what haproxy refused; what is left of it is done the next time."""
    if document.servers is None:
        return []
    desired: Dict[Key, Server] = {(server.backend, server.name): server for server in document.servers}
    observed = {(row.backend, row.name): row for row in sockets.figures()}
    moved = {key for key, row in observed.items() if key in desired and row.address != _address(desired[key])}
    refusals = [text for key in moved for text in _remove(key)]
    # First those that come, so that there is no moment without any.
    missing = [server for key, server in desired.items() if key not in observed or key in moved]
    staying = [server for key, server in desired.items() if key in observed and key not in moved]
    for server in missing:
        refusals += [] if server.is_draining else _add(server, document.server_options)
    for server in sorted(staying, key=lambda one: one.is_draining):
        refusals += _set(server)
    for key in observed.keys() - desired.keys():
        refusals += _remove(key)
    _adjust_old(desired)
    return refusals


def _name(server: Server) -> str:
    return "%s/%s" % (server.backend, server.name)


def _address(server: Server) -> str:
    return "%s:%d" % (server.address, server.port)


def _add(server: Server, options: str) -> List[str]:
    name = _name(server)
    refusals = _tell("add server %s %s weight %d %s" % (name, _address(server), server.weight, options))
    return refusals + _tell("enable health %s" % name) + _tell("enable server %s" % name)


def _set(server: Server) -> List[str]:
    state = "drain" if server.is_draining else "ready"
    return _tell("set server %s state %s" % (_name(server), state)) \
        + _tell("set server %s weight %d" % (_name(server), server.weight))


def _remove(key: Key) -> List[str]:
    """A server with connections is not removed: it gets no new ones, and is removed the next time."""
    name = "%s/%s" % key
    return _tell("set server %s state maint" % name) + _tell("del server %s" % name)


def _adjust_old(desired: Dict[Key, Server]) -> None:
    """Connections of a process before a reload may have another request."""
    for pid in sockets.old_processes():
        for row in sockets.figures(sockets.ask_old(pid, "show stat -1 4 -1")):
            server = desired.get((row.backend, row.name))
            if server is None or server.is_draining:
                sockets.ask_old(pid, "set server %s/%s state drain" % (row.backend, row.name))


# haproxy answers a change with an empty line, or with a sentence that says that it was made.
_DONE = ("", "New server registered.", "Server deleted.")


def _tell(command: str) -> List[str]:
    answer = sockets.ask(command)
    return [] if answer in _DONE else ["%s: %s" % (command, answer)]
