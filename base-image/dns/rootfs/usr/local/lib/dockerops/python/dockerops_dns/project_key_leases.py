"""Leases of clients that sign with the project's key: those in containers made before each instance had its own.

They write their leases as TXT records into a zone that only signers with that key see, under the name of the project's
zone. Who has the project's key can make the key of any instance, so nothing is gained by refusing them; they are named
to the user, who makes their containers anew.

    "v=1" "service=web" "instance=one" "address=10.0.0.7" "policy=APPEND" "boot=5f0c" "counter=12" "up=240.1"
    "by=client" "container=shop-web-one" "own=10.0.0.7"
"""

from typing import Callable, Dict, List, NamedTuple, Set, Tuple

from . import derive, exchange, lease as leases, wire
from .book import Book, Full, OutOfDate
from .derive import Lease
from .lease import LeaseError, Renewal
from .wire import Change, Key, Record
from .zone_copy import ZoneCopy


class OldLease(NamedTuple):
    lease: Lease
    renewal: Renewal
    record: Record

    @property
    def slot(self) -> str:
        return "project key %s %s" % (self.lease.name, self.renewal.boot)


class ProjectKeyLeases:
    """`containers`: what the names of the project's containers begin with."""

    def __init__(self, book: Book, zone: str, containers: str, reverse_zones: List[str],
                 connect: Callable[[], exchange.Connection]) -> None:
        self._book = book
        self._copy = ZoneCopy(zone)
        self._containers = containers
        self._reverse_zones = reverse_zones
        self._connect = connect
        self._slots: Set[str] = set()
        self._wrong: Dict[Record, str] = {}

    def wrong(self) -> List[str]:
        """A sentence for each record that is no lease."""
        return sorted(self._wrong.values())

    def remove_wrong(self) -> None:
        if self._wrong:
            with self._connect() as connection:
                connection.update(self._copy.zone, [Change(False, record) for record in self._wrong])
            self._wrong = {}

    def look(self, now: float) -> bool:
        """Takes in what the clients wrote, and removes what is dead. True when names may have to change."""
        with self._connect() as connection:
            self._copy.refresh(connection)
            by_slot, changed = self._take(now)
            dead = [old for slot, of_slot in by_slot.items() for old in self._dead(slot, of_slot, now)]
            if dead:
                connection.update(self._copy.zone, [Change(False, old.record) for old in dead])
        return changed

    def _take(self, now: float) -> Tuple[Dict[str, List[OldLease]], bool]:
        by_slot: Dict[str, List[OldLease]] = {}
        self._wrong = {}
        for record in self._copy.of_type(wire.TXT):
            try:
                old = self._read(record)
                by_slot.setdefault(old.slot, []).append(old)
            except ValueError as error:
                self._wrong[record] = "%s is not a lease: %s" % (record.name, error)
        changed = False
        for slot, of_slot in by_slot.items():
            of_slot.sort(key=lambda old: old.renewal.counter)
            changed |= self._renew(slot, of_slot[-1], now)
        for slot in self._slots - set(by_slot):
            changed |= self._book.drop(slot)
        self._slots = set(by_slot)
        return by_slot, changed

    def _renew(self, slot: str, old: OldLease, now: float) -> bool:
        try:
            return self._book.renew(slot, old.lease, old.renewal, now)
        except OutOfDate:
            # The record as it was at the last look.
            return False
        except Full:
            # Told by dns check; the record ages and goes.
            return False

    def _dead(self, slot: str, of_slot: List[OldLease], now: float) -> List[OldLease]:
        """All but the newest are left over from answers that were lost."""
        return of_slot[:-1] if self._book.is_living(slot, now) else of_slot

    def _read(self, record: Record) -> OldLease:
        """ValueError when it is not a lease."""
        fields = leases.text_fields(record.data)
        if fields.get("v") != "1":
            raise LeaseError("unknown version %r" % fields.get("v"))
        renewal = leases.read_renewal(fields)
        lease = derive.checked(Lease(
            fields.get("service", ""), fields.get("instance", ""), fields.get("policy", ""), 0,
            fields.get("address"), None, has_project_key=True,
        ))
        if record.name != leases.lease_owner(lease.name, self._copy.zone):
            raise LeaseError("it is for %s" % lease.name)
        if fields.get("container") == self._containers + lease.name and self._is_served(renewal.own):
            address = None if lease.address == renewal.own else lease.address
            lease = lease._replace(container=fields["container"], address=address)
        return OldLease(lease, renewal, record)

    def _is_served(self, own: object) -> bool:
        return isinstance(own, str) and derive.is_in_zones(own, self._reverse_zones)
