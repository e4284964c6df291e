"""Asks the engine's own resolver which containers run: on a network of the user it answers for a container's name
only while the container is there.

The answer "not there" counts only when the resolver answers for a container that is certainly there (ours): then
silence about another name means that the engine does not have it and hands the question on to a resolver
of the machine that does not answer. Nothing here waits; the caller's loop calls `receive` and `advance`.
"""

import socket
import struct
from typing import Dict, List, NamedTuple, Optional, Set

from . import wire

# Seconds between the first question and the ones after it. A lost packet must not end a name.
_ASK_AGAIN = (0.25, 0.5)
_GIVE_UP = 0.75


class Round(NamedTuple):
    """`addresses` by container name, only when `is_trusted`."""
    is_trusted: bool
    addresses: Dict[str, Set[str]]


class _Question(NamedTuple):
    container: str
    packet: bytes


class EngineResolver:
    """Rounds of questions to the resolver at `address`. `witness` is the name of our own container."""

    def __init__(self, address: str, witness: str, port: int = 53) -> None:
        self._witness = witness
        self._socket = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.connect((address, port))
        # A whole round of answers waits here while the arbiter writes to the zone.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._open: Dict[int, _Question] = {}
        self._addresses: Dict[str, Set[str]] = {}
        self._began = 0.0
        self._asked = 0
        self._next_id = 0

    def fileno(self) -> int:
        return self._socket.fileno()

    @property
    def is_busy(self) -> bool:
        return bool(self._open)

    def begin(self, containers: Dict[str, bool], now: float) -> None:
        """Starts a round. The value says whether to ask for an IPv6 address."""
        self._drop_late_answers()
        self._open, self._addresses = {}, {}
        self._began, self._asked = now, 0
        for container, is_ipv6 in sorted({**containers, self._witness: False}.items()):
            # Numbers follow on from round to round: a late answer is never taken for one of this round.
            self._next_id = (self._next_id + 1) & 0xFFFF
            try:
                packet = wire.query(self._next_id, container, wire.AAAA if is_ipv6 else wire.A, recurse=True)
            except wire.WireError:
                continue
            self._open[self._next_id] = _Question(container, packet)
        self._send()

    def _drop_late_answers(self) -> None:
        try:
            while True:
                self._socket.recv(4096)
        except OSError:
            return

    def _send(self) -> None:
        for question in self._open.values():
            try:
                self._socket.send(question.packet)
            except OSError:
                # Refused or a full buffer: asked again, and without the witness nothing is concluded.
                return

    def receive(self) -> None:
        """Takes in every answer that has arrived."""
        while True:
            try:
                packet = self._socket.recv(4096)
            except BlockingIOError:
                return
            except OSError:
                return
            if len(packet) < 12:
                continue
            question = self._open.get(struct.unpack_from("!H", packet)[0])
            if question is None:
                continue
            try:
                answer = wire.parse(packet)
            except wire.WireError:
                continue
            del self._open[answer.id]
            if answer.rcode == wire.SERVFAIL:
                # The engine could not ask further, so it does not know the name itself.
                self._addresses[question.container] = set()
            elif answer.rcode in (wire.NOERROR, wire.NXDOMAIN):
                self._addresses[question.container] = _addresses(answer.answer)

    def advance(self, now: float) -> Optional[Round]:
        """Asks again when it is time. The round's result when it is over, else None."""
        if self._open:
            elapsed = now - self._began
            if elapsed < _GIVE_UP:
                if self._asked < len(_ASK_AGAIN) and elapsed >= _ASK_AGAIN[self._asked]:
                    self._asked += 1
                    self._send()
                return None
            for question in self._open.values():
                self._addresses.setdefault(question.container, set())
            self._open = {}
        addresses, self._addresses = self._addresses, {}
        return Round(bool(addresses.get(self._witness)), addresses)


def _addresses(records: List[wire.Record]) -> Set[str]:
    return {wire.unpack_address(record.data) for record in records if record.type in (wire.A, wire.AAAA) and len(record.data) in (4, 16)}


def resolver_of(resolv_conf: str) -> Optional[str]:
    """The first name server of a resolv.conf's text."""
    for line in resolv_conf.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == "nameserver":
            return words[1]
    return None
