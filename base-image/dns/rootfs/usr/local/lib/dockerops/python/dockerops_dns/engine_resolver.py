"""Asks the engine's own resolver which containers run: on a network of the user it answers for a container's name
only while the container is there.

The answer "not there" counts only when the resolver answers for a container that is certainly there (ours): then
silence about another name means that the engine does not have it, and passes the question on to a resolver of the
machine that does not answer. Nothing here waits; the caller's loop calls `receive` and `advance`.
"""

import socket
import struct
from typing import Dict, List, NamedTuple, Optional, Set

from . import wire

# Seconds between the first question and the ones after it. A lost packet must not end a name.
_ASK_AGAIN = (0.25, 0.5)
_GIVE_UP = 0.75


class Round(NamedTuple):
    """Questions asked together that are all answered, or past their time. `addresses` by container name; that a
    container has none counts only when `is_trusted`."""
    is_trusted: bool
    addresses: Dict[str, Set[str]]


class _OpenRound:
    def __init__(self, now: float) -> None:
        self.began = now
        self.times_repeated = 0
        self.packets: Dict[int, bytes] = {}
        self.containers: Dict[int, str] = {}
        self.addresses: Dict[str, Set[str]] = {}


class EngineResolver:
    """Rounds of questions to the resolver at `address`. `witness` is the name of our own container."""

    def __init__(self, address: str, witness: str, port: int = 53) -> None:
        self._witness = witness
        self._socket = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.connect((address, port))
        # A whole round of answers waits here while the arbiter writes to the zone.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._rounds: List[_OpenRound] = []
        self._next_id = 0

    def fileno(self) -> int:
        return self._socket.fileno()

    def begin(self, containers: Dict[str, bool], now: float) -> None:
        """Starts a round, beside those that are open. The value says whether to ask for an IPv6 address."""
        opened = _OpenRound(now)
        for container, is_ipv6 in sorted({**containers, self._witness: False}.items()):
            # Numbers follow on from round to round: a late answer is not taken for one of another round.
            self._next_id = (self._next_id + 1) & 0xFFFF
            try:
                packet = wire.query(self._next_id, container, wire.AAAA if is_ipv6 else wire.A, recurse=True)
            except wire.WireError:
                continue
            opened.packets[self._next_id] = packet
            opened.containers[self._next_id] = container
        self._rounds.append(opened)
        self._send(opened)

    def _send(self, opened: _OpenRound) -> None:
        for packet in opened.packets.values():
            try:
                self._socket.send(packet)
            except OSError:
                # Refused or a full buffer: asked again, and without the witness nothing is concluded.
                return

    def receive(self) -> Dict[str, Set[str]]:
        """Takes in every answer that has arrived. Returns the containers that are there: that needs no witness."""
        found: Dict[str, Set[str]] = {}
        while True:
            try:
                packet = self._socket.recv(4096)
            except OSError:
                return found
            self._take(packet, found)

    def _take(self, packet: bytes, found: Dict[str, Set[str]]) -> None:
        if len(packet) < 12:
            return
        message_id = struct.unpack_from("!H", packet)[0]
        opened = next((each for each in self._rounds if message_id in each.packets), None)
        if opened is None:
            return
        try:
            answer = wire.parse(packet)
        except wire.WireError:
            return
        container = opened.containers[message_id]
        if answer.rcode == wire.SERVFAIL:
            # The engine could not ask further, so it does not know the name itself.
            addresses: Set[str] = set()
        elif answer.rcode in (wire.NOERROR, wire.NXDOMAIN):
            addresses = _addresses(answer.answer)
        else:
            return
        del opened.packets[message_id]
        opened.addresses[container] = addresses
        if addresses and container != self._witness:
            found[container] = addresses

    def advance(self, now: float) -> List[Round]:
        """Asks again when it is time. Returns the rounds that are over."""
        over = []
        for opened in list(self._rounds):
            elapsed = now - opened.began
            if not opened.packets or elapsed >= _GIVE_UP:
                self._rounds.remove(opened)
                unanswered = {opened.containers[message_id]: set() for message_id in opened.packets}
                addresses = {**opened.addresses, **unanswered}
                over.append(Round(bool(addresses.get(self._witness)), addresses))
            elif opened.times_repeated < len(_ASK_AGAIN) and elapsed >= _ASK_AGAIN[opened.times_repeated]:
                opened.times_repeated += 1
                self._send(opened)
        return over


def _addresses(records: List[wire.Record]) -> Set[str]:
    return {
        wire.unpack_address(record.data) for record in records
        if (record.type, len(record.data)) in ((wire.A, 4), (wire.AAAA, 16))
    }


def resolver_of(resolv_conf: str) -> Optional[str]:
    """The first name server of a resolv.conf's text."""
    for line in resolv_conf.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == "nameserver":
            return words[1]
    return None
