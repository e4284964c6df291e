"""Sends messages to a DNS server and returns answers that may be believed. Every wait has a limit.

Failures are OSError (no answer: refused, unreachable, too late) and WireError (an answer that is not one).
"""

import os
import socket
import struct
import time
from typing import Callable, List, Optional, Tuple

from . import wire
from .wire import Change, Key, Message, Record

Clock = Callable[[], float]


class Refused(Exception):
    """The server understood and said no. `rcode` is the DNS answer code."""

    def __init__(self, rcode: int, what: str) -> None:
        super().__init__("%s: %s" % (what, wire.rcode_name(rcode)))
        self.rcode = rcode


def new_id() -> int:
    return struct.unpack("!H", os.urandom(2))[0]


def ask(server: str, port: int, name: str, record_type: int, timeout: float, recurse: bool = False) -> Message:
    """One unsigned question over UDP. Answers to anything else are ignored. TimeoutError after `timeout` seconds."""
    message_id = new_id()
    request = wire.query(message_id, name, record_type, recurse)
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    deadline = time.monotonic() + timeout
    with socket.socket(family, socket.SOCK_DGRAM) as channel:
        # Connected, so that an unreachable port is an error at once and nobody else's packet is read.
        channel.connect((server, port))
        channel.send(request)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no answer from %s port %d in %.1f s" % (server, port, timeout))
            channel.settimeout(left)
            answer = channel.recv(65535)
            if answer[:2] == request[:2] and len(answer) >= 12 and answer[2] & 0x80:
                return wire.parse(answer)


class Connection:
    """A TCP connection to a server on which signed requests are sent one after the other.

    `clock` gives Unix seconds for signatures. `timeout` limits the connect and each answer as a whole.
    """

    def __init__(self, server: str, port: int, key: Key, clock: Clock, timeout: float) -> None:
        self._key = key
        self._clock = clock
        self._timeout = timeout
        self._socket = socket.create_connection((server, port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._socket.close()

    @property
    def own_address(self) -> str:
        """The address that this machine uses towards the server."""
        return self._socket.getsockname()[0]

    def update(self, zone: str, changes: List[Change]) -> None:
        """Applies the changes, all or none. Refused unless the server says, signed, NOERROR."""
        answer, verifier = self._request(wire.update(new_id(), zone, changes))
        verifier.finish()
        if answer.rcode != wire.NOERROR:
            raise Refused(answer.rcode, "update of %s" % zone)

    def query(self, name: str, record_type: int) -> List[Record]:
        """The records of the name; an absent name has none."""
        answer, verifier = self._request(wire.query(new_id(), name, record_type))
        verifier.finish()
        if answer.rcode not in (wire.NOERROR, wire.NXDOMAIN):
            raise Refused(answer.rcode, "query for %s" % name)
        return [record for record in answer.answer if record.name == name and record.type == record_type]

    def transfer(self, zone: str, serial: Optional[int] = None) -> List[Record]:
        """The records of a transfer as sent: all of the zone (RFC 5936), or what changed since `serial` (RFC 1995).

        The server may answer the second with all of the zone; the caller tells them apart by the second record.
        """
        if serial is None:
            request = wire.query(new_id(), zone, wire.AXFR)
        else:
            request = wire.transfer_since(new_id(), zone, serial)
        message, verifier = self._request(request)
        records: List[Record] = []
        end = _TransferEnd(serial)
        deadline = time.monotonic() + self._timeout
        while True:
            if message.rcode != wire.NOERROR:
                raise Refused(message.rcode, "transfer of %s" % zone)
            for record in message.answer:
                records.append(record)
                end.see(record)
            if end.reached:
                verifier.finish()
                return records
            message = self._receive(message.id, deadline)
            verifier.check(message, int(self._clock()))

    def _request(self, request: bytes) -> Tuple[Message, wire.Verifier]:
        signed, mac = wire.sign(request, self._key, int(self._clock()))
        deadline = time.monotonic() + self._timeout
        self._socket.settimeout(self._timeout)
        self._socket.sendall(struct.pack("!H", len(signed)) + signed)
        message = self._receive(struct.unpack_from("!H", signed)[0], deadline)
        verifier = wire.Verifier(self._key, mac)
        verifier.check(message, int(self._clock()))
        return message, verifier

    def _receive(self, message_id: int, deadline: float) -> Message:
        size = struct.unpack("!H", self._read(2, deadline))[0]
        message = wire.parse(self._read(size, deadline))
        if message.id != message_id or not message.flags & wire.FLAG_RESPONSE:
            raise wire.WireError("an answer to another question")
        return message

    def _read(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no whole answer in time")
            self._socket.settimeout(left)
            chunk = self._socket.recv(size - len(data))
            if not chunk:
                raise ConnectionError("the server closed the connection")
            data += chunk
        return bytes(data)


class _TransferEnd:
    """Finds the last record of a transfer.

    A whole zone ends with the second SOA. A difference begins with the new SOA, then its second record is an SOA
    too, and it ends with the new SOA in the place where another difference could begin: the third or later SOA
    with the new serial that follows additions.
    """

    def __init__(self, serial: Optional[int]) -> None:
        self._asked = serial
        self._seen = 0
        self._new: Optional[int] = None
        self._incremental = False
        self._deleting = False
        self.reached = False

    def see(self, record: Record) -> None:
        if self.reached:
            raise wire.WireError("records behind the end of a transfer")
        self._seen += 1
        serial = wire.soa_serial(record.data) if record.type == wire.SOA else None
        if self._seen == 1:
            if serial is None:
                raise wire.WireError("a transfer that does not begin with an SOA")
            self._new = serial
            # Nothing changed: a difference of one record.
            self.reached = self._asked is not None and serial == self._asked
        elif serial is not None:
            if self._seen == 2 and serial != self._new:
                self._incremental = self._deleting = True
            elif not self._incremental:
                self.reached = True
            elif self._deleting:
                self._deleting = False
            elif serial == self._new:
                self.reached = True
            else:
                self._deleting = True
