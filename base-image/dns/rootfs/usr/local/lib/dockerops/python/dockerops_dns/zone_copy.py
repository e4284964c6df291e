"""A copy of one zone, kept up to date over the network: ask for the serial, fetch what changed (IXFR), or all of it.

The copy is only ever what the server sent. What the arbiter wrote is believed when it comes back this way.
"""

from typing import FrozenSet, Iterable, List, Optional, Set

from . import exchange, wire
from .wire import Record


_SERIALS = 1 << 32


class NotServed(Exception):
    """The server is up and answers, but not for this zone."""


def generation_of(soa: bytes) -> str:
    """The SOA's second name (RNAME), which the server makes up for each life of a zone."""
    return wire.decode_name(soa, wire.decode_name(soa, 0)[1])[0]


class ZoneCopy:
    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.serial: Optional[int] = None
        # Names one life of the zone: the server writes a new one into the SOA when it begins the zone anew.
        self.generation: Optional[str] = None
        self._records: Set[Record] = set()

    @property
    def records(self) -> FrozenSet[Record]:
        return frozenset(self._records)

    def of_type(self, record_type: int) -> List[Record]:
        return [record for record in self._records if record.type == record_type]

    def forget(self) -> None:
        """The next refresh fetches everything."""
        self.serial = None

    def is_current(self, server: str, port: int, timeout: float) -> bool:
        """Asks for the serial. NotServed when the server answers, but not for the zone; OSError when it does not."""
        answer = exchange.ask(server, port, self.zone, wire.SOA, timeout)
        if answer.rcode != wire.NOERROR or not answer.answer or answer.answer[0].type != wire.SOA:
            raise NotServed("%s for the SOA of %s" % (wire.rcode_name(answer.rcode), self.zone))
        soa = answer.answer[0].data
        served = wire.soa_serial(soa)
        if generation_of(soa) != self.generation:
            # The serial may be the one that we know; the zone is another.
            self.serial = None
        if self.serial is not None and (served - self.serial) % _SERIALS >= _SERIALS // 2:
            # The server has lost its last changes: it has nothing to tell of since a serial that it has not reached.
            self.serial = None
        return served == self.serial

    def refresh(self, connection: exchange.Connection) -> None:
        """Fetches what changed. Any failure leaves a copy that fetches everything next time."""
        serial, self.serial = self.serial, None
        sent = connection.transfer(self.zone, serial)
        if serial is not None and len(sent) == 1:
            self.serial = serial
            return
        if serial is not None and len(sent) > 1 and sent[1].type == wire.SOA and sent[0] != sent[1]:
            self._apply(sent[1:-1])
        else:
            self._records = {record for record in sent[:-1] if record.type != wire.SOA}
        self.serial, self.generation = wire.soa_serial(sent[0].data), generation_of(sent[0].data)

    def _apply(self, steps: Iterable[Record]) -> None:
        is_deleting = False
        for record in steps:
            if record.type == wire.SOA:
                is_deleting = not is_deleting
            elif is_deleting:
                if record not in self._records:
                    raise wire.WireError("a difference that does not fit the copy of %s" % self.zone)
                self._records.remove(record)
            else:
                self._records.add(record)
