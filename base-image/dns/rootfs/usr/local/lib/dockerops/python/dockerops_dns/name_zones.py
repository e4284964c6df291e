"""The zones that named serves and the arbiter writes: copies of them, and the changes that make them right.

A pass compares what a zone has with what the leases say and sends the difference; so nothing is remembered as done,
and a pass that fails is simply made again. What was written is believed when it comes back with the copy.
"""

from typing import Callable, Dict, FrozenSet, Iterator, List, NamedTuple, Optional, Tuple

from . import derive, exchange, wire
from .derive import Verdict
from .wire import Change, Key, Record
from .zone_copy import ZoneCopy

# One update stays far below the 64 KiB of a message.
_CHANGES_PER_UPDATE = 200
# Sent, seen, and once more should something else have come in between.
_PASSES = 4


class Zones(NamedTuple):
    """`address`: of the server, published as `dns.<zone>`. `key` may write all of the zones."""
    zone: str
    reverse_zones: List[str]
    address: str
    server: str
    port: int
    key: Key


class NameZones:
    """`verdicts` gives what the leases say now; `knows_all`, whether a name that no lease claims is nobody's. Before,
    what was in the zones at the first look is kept: the clients of which it is may not have told their leases yet."""

    def __init__(self, zones: Zones, clock: exchange.Clock, timeout: float,
                 verdicts: Callable[[], List[Verdict]], knows_all: Callable[[], bool]) -> None:
        self._zones = zones
        self._clock = clock
        self._timeout = timeout
        self._verdicts = verdicts
        self._knows_all = knows_all
        self._inherited: Optional[FrozenSet[Record]] = None
        self._forward = ZoneCopy(zones.zone)
        self._reverse = {zone: ZoneCopy(zone) for zone in zones.reverse_zones}

    def forget(self) -> None:
        """The next look fetches everything."""
        for copy in self._copies():
            copy.forget()

    def records(self) -> FrozenSet[Record]:
        """The zone of the names as last seen."""
        return self._forward.records

    def look(self) -> bool:
        """Fetches what somebody else changed, or what a lost zone has now. True when there was something."""
        server, port = self._zones.server, self._zones.port
        behind = [copy for copy in self._copies() if not copy.is_current(server, port, self._timeout)]
        if behind:
            with self._connection() as connection:
                self._refresh(connection, behind)
        if self._inherited is None:
            self._inherited = frozenset(record for copy in self._copies() for record in copy.records)
        return bool(behind)

    def settle(self) -> bool:
        """Sends the differences until there are none, each zone's in one message. False when some are left: where
        leases come in faster than that, it ends after some passes, since calls wait, too."""
        with self._connection() as connection:
            for _ in range(_PASSES):
                changed = []
                for copy, changes in self.differences():
                    if changes:
                        self._send(connection, copy.zone, changes)
                        changed.append(copy)
                if not changed:
                    return True
                self._refresh(connection, changed)
        return False

    def differences(self) -> Iterator[Tuple[ZoneCopy, List[Change]]]:
        """For each zone what would make it right, by its copy."""
        zones, verdicts = self._zones, self._verdicts()
        forward = derive.forward_records(derive.claims_by_name(verdicts), zones.zone, zones.address)
        yield self._forward, self._allowed(derive.difference(forward, self._forward.records), verdicts)
        reverse = derive.reverse_records(verdicts, zones.zone, zones.address, zones.reverse_zones)
        for zone, wanted in reverse.items():
            yield self._reverse[zone], self._allowed(derive.difference(wanted, self._reverse[zone].records), verdicts)

    def _allowed(self, changes: List[Change], verdicts: List[Verdict]) -> List[Change]:
        """Until everything is known, inherited names stay, but for those of instances that are known already."""
        if self._knows_all():
            return changes
        names = {derive.SERVER_NAME} | {verdict.claimant.lease.name for verdict in verdicts if verdict.speaks}
        known = {"%s.%s" % (name, self._zones.zone) for name in names}
        kept = {record for record in self._inherited or () if record.name not in known}
        return [one for one in changes if one.add or one.record not in kept]

    def _copies(self) -> List[ZoneCopy]:
        return [self._forward, *self._reverse.values()]

    def _connection(self) -> "LazyConnection":
        zones = self._zones
        return LazyConnection(
            lambda: exchange.Connection(zones.server, zones.port, zones.key, self._clock, self._timeout))

    def _refresh(self, connection: "LazyConnection", copies: List[ZoneCopy]) -> None:
        for copy in copies:
            copy.refresh(connection.get())

    def _send(self, connection: "LazyConnection", zone: str, changes: List[Change]) -> None:
        for start in range(0, len(changes), _CHANGES_PER_UPDATE):
            part = changes[start:start + _CHANGES_PER_UPDATE]
            try:
                connection.get().update(zone, part)
            except exchange.Refused as refused:
                self._send_by_name(connection, zone, part, refused)

    def _send_by_name(self, connection: "LazyConnection", zone: str, changes: List[Change],
                      refused: exchange.Refused) -> None:
        """After a refusal of the whole: a name that the server does not take must not keep others from theirs."""
        by_name: Dict[str, List[Change]] = {}
        for change in changes:
            by_name.setdefault(change.record.name, []).append(change)
        failure: Optional[exchange.Refused] = refused if len(by_name) == 1 else None
        for of_name in by_name.values() if len(by_name) > 1 else ():
            try:
                connection.get().update(zone, of_name)
            except exchange.Refused as error:
                failure = exchange.Refused(error.rcode, "update of %s" % of_name[0].record.name)
        if failure is not None:
            raise failure


class LazyConnection:
    """A connection that is opened when it is first needed."""

    def __init__(self, connect: Callable[[], exchange.Connection]) -> None:
        self._connect = connect
        self._open: Optional[exchange.Connection] = None

    def get(self) -> exchange.Connection:
        if self._open is None:
            self._open = self._connect()
        return self._open

    def __enter__(self) -> "LazyConnection":
        return self

    def __exit__(self, *exception: object) -> None:
        if self._open is not None:
            self._open.__exit__(*exception)
