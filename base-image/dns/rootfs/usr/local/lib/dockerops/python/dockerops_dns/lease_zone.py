"""The zone `_lease.<zone>`, of which the arbiter is the primary and named a secondary: what clients look up to see that
their leases are held. A renewal changes nothing in it, so named fetches it only when leases come, change or go.
"""

import socket
import struct
from typing import FrozenSet, Iterable, List, Optional

from . import exchange, lease as leases, wire
from .derive import Claimant
from .wire import Message, Record

# An answer of a transfer stays below the 64 KiB of a message.
_RECORDS_PER_MESSAGE = 150
_NOTIFY_AGAIN_SECONDS = 0.25
_LOOK_AGAIN_SECONDS = 5.0
_STUCK_SECONDS = 10.0
_SERIALS = 1 << 32


def lease_records(claimants: Iterable[Claimant], zone: str) -> FrozenSet[Record]:
    """One TXT record for each living lease, for people to read and for its client to find its boot id in."""
    return frozenset(
        Record(leases.lease_owner(one.lease.name, zone), wire.TXT, leases.LEASE_TTL, _text(one))
        for one in claimants if not one.is_expired
    )


def _text(claimant: Claimant) -> bytes:
    lease = claimant.lease
    fields = [
        ("v", "2"), ("service", lease.service), ("instance", lease.instance), ("policy", lease.policy),
        ("start", str(lease.start)), ("boot", claimant.boot), ("address", claimant.address),
        ("by", "dockerops" if lease.is_held else "client"),
    ]
    return wire.txt_data("%s=%s" % field for field in fields if field[1] is not None)


class LeaseZone:
    """`serial` grows with each change, and is above the one that the server has, whoever gave it that."""

    def __init__(self, zone: str, serial: int) -> None:
        self.name = leases.lease_zone(zone)
        self._server = "dns." + zone
        self._contact = "arbiter." + zone
        self.serial = serial % _SERIALS
        self._records: FrozenSet[Record] = frozenset()

    def set(self, records: FrozenSet[Record]) -> None:
        if records != self._records:
            self._records = records
            self.serial = (self.serial + 1) % _SERIALS

    def follow(self, served: int) -> None:
        """The server has a serial that is not older than ours, from before our start: it would not fetch ours."""
        if served != self.serial and (served - self.serial) % _SERIALS < _SERIALS // 2:
            self.serial = (served + 1) % _SERIALS

    def soa(self) -> Record:
        names = wire.encode_name(self._server) + wire.encode_name(self._contact)
        # It asks again within seconds and forgets the zone after a week.
        return Record(self.name, wire.SOA, 1, names + struct.pack("!5I", self.serial, 10, 2, 604800, 1))

    def answers(self, request: Message) -> Optional[List[bytes]]:
        """What to answer to a question for the zone or its SOA; None to any other."""
        if request.flags & wire.OPCODE_BITS != wire.OPCODE_QUERY or len(request.questions) != 1:
            return None
        name, kind, _ = request.questions[0]
        if name != self.name or kind not in (wire.SOA, wire.AXFR, wire.IXFR):
            return None
        if kind == wire.SOA:
            return [_message(request, [self.soa()])]
        server = Record(self.name, wire.NS, 1, wire.encode_name(self._server))
        whole = [self.soa(), server, *sorted(self._records), self.soa()]
        starts = range(0, len(whole), _RECORDS_PER_MESSAGE)
        return [_message(request, whole[start:start + _RECORDS_PER_MESSAGE]) for start in starts]


def _message(request: Message, records: List[Record]) -> bytes:
    flags = wire.FLAG_RESPONSE | wire.FLAG_AUTHORITATIVE
    name, kind, _ = request.questions[0]
    header = struct.pack("!6H", request.id, flags, 1, len(records), 0, 0)
    return header + wire.encode_question(name, kind) + b"".join(wire.encode_record(record) for record in records)


class Secondary:
    """named's copy of the zone. `advance` tells named to fetch the zone until it has the latest one."""

    def __init__(self, zone: LeaseZone, server: str, port: int, timeout: float, now: float) -> None:
        self._zone = zone
        self._server = server
        self._port = port
        self._timeout = timeout
        self._next_look = 0.0
        self._told: Optional[int] = None
        self.has_latest = False
        self._latest_at = now

    def advance(self, now: float) -> None:
        """OSError or WireError when named does not answer."""
        if self._zone.serial == self._told and now < self._next_look:
            return
        self.has_latest = self._is_current()
        if self.has_latest:
            self._latest_at = now
        self._told = self._zone.serial
        self._next_look = now + (_LOOK_AGAIN_SECONDS if self.has_latest else _NOTIFY_AGAIN_SECONDS)
        if not self.has_latest:
            self._notify()

    def forget(self) -> None:
        """named may have lost its copy: it is looked at the next time."""
        self._told = None

    def is_stuck(self, now: float) -> bool:
        """named has not fetched the latest zone for longer than that can take."""
        return not self.has_latest and now - self._latest_at >= _STUCK_SECONDS

    def _is_current(self) -> bool:
        served = self._served_serial()
        if served is not None:
            self._zone.follow(served)
        return served == self._zone.serial

    def _served_serial(self) -> Optional[int]:
        answer = exchange.ask(self._server, self._port, self._zone.name, wire.SOA, self._timeout)
        soas = [record for record in answer.answer if record.type == wire.SOA]
        return wire.soa_serial(soas[0].data) if soas and answer.rcode == wire.NOERROR else None

    def _notify(self) -> None:
        """RFC 1996. Its answer would say only that the message arrived, so it is not waited for."""
        header = struct.pack("!6H", exchange.new_id(), wire.OPCODE_NOTIFY | wire.FLAG_AUTHORITATIVE, 1, 0, 0, 0)
        with socket.socket(socket.AF_INET6 if ":" in self._server else socket.AF_INET, socket.SOCK_DGRAM) as channel:
            channel.sendto(header + wire.encode_question(self._zone.name, wire.SOA), (self._server, self._port))
