"""What a balancer is to do, as the server sends it: docs/image-contract.md."""

from typing import Dict, List, NamedTuple, Optional


class Server(NamedTuple):
    """One unit behind the balancer."""
    backend: str
    name: str
    address: str
    port: int
    weight: int
    is_draining: bool


class Document(NamedTuple):
    """`frame` identifies everything in the configuration but the servers. Without `servers`, haproxy finds them
    itself, by the engine's resolver."""
    frame: str
    config: str
    hosts: str
    server_options: str
    servers: Optional[List[Server]]


def parse(document: Dict) -> Document:
    """ValueError, KeyError or TypeError when it is none."""
    servers = document.get("servers")
    return Document(
        _text(document["frame"]), _text(document["config"]), _text(document["hosts"]),
        _line(document["serverOptions"]),
        None if servers is None else [_server(server) for server in servers],
    )


def _server(server: Dict) -> Server:
    return Server(
        _word(server["backend"]), _word(server["name"]), _word(server["address"]), int(server["port"]),
        int(server["weight"]), server["draining"] is True,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text: %r" % (value,))
    return value


def _line(value: object) -> str:
    text = _text(value)
    if any(character < " " or character == ";" for character in text):
        raise ValueError("not one command: %r" % text)
    return text


def _word(value: object) -> str:
    """Commands of haproxy's sockets are separated by spaces, semicolons and line ends."""
    text = _line(value)
    if not text or " " in text:
        raise ValueError("not a word: %r" % text)
    return text
