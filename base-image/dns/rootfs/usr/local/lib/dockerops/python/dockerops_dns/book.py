"""The arbiter's book: which leases there are, since when, and whether they still move.

Age and order are by one monotonic clock, passed in by the caller; no holder's wall clock is ever looked at. A holder
that the book has not seen before is taken to be as old as it says (`up`, a duration), so order survives the loss
of everything the arbiter knew. No input or output here: `save` and `restore` turn the book to plain data and back.
"""

from typing import Dict, Iterable, List, NamedTuple, Optional, Set, Tuple

from . import derive, lease as leases
from .derive import Standing
from .lease import Lease

_CORRECTION_SECONDS = 1.0
# A withdrawn start that was cut off for longer than a lease must not come back as if it were new.
_LEASES_REMEMBERED = 10
# A container that is away is asked for again after a fifth of the time that it has been away, and every 15 s at least.
_ASK_LESS = 0.2
_ASK_AT_LEAST_SECONDS = 15.0
# More is a fault or an attack; the arbiter and the zone stay small.
MAX_LEASES = 5000

Key = Tuple[str, str]


class Entry:
    """One start (boot id) of one instance."""

    def __init__(self, lease: Lease, now: float, since: float) -> None:
        self.lease = lease
        self.since = since
        self.moved = now
        self.withdrawn_at: Optional[float] = None
        self.was_expired = False
        self.engine = derive.UNKNOWN
        self.engine_address: Optional[str] = None
        self.absent_since = self.asked = now
        # Every record of this start in the zone; all but the newest are left-overs of lost answers.
        self.in_zone: List[Lease] = []

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def is_expired(self, now: float, lease_seconds: float) -> bool:
        return self.lease.held_by != leases.ENGINE and now - self.moved >= lease_seconds

    def standing(self, now: float, lease_seconds: float) -> Standing:
        address = self.lease.address
        # A lease held for an instance has nobody inside to tell of a new address after a restart: the engine does.
        if self.lease.held_by == leases.ENGINE and self.engine_address and address == self.lease.own:
            address = self.engine_address
        return Standing(self.lease, self.since, address, now - self.moved, self.is_expired(now, lease_seconds), self.is_withdrawn, self.engine)


class Probe(NamedTuple):
    """What to ask the engine for one lease: the container's name, and the address that proves it is still this start."""
    key: Key
    container: str
    own: Optional[str]


class Book:
    """`lease_seconds`: a start whose counter stood still for so long is dead."""

    def __init__(self, lease_seconds: float = 60.0) -> None:
        self._lease_seconds = lease_seconds
        self._entries: Dict[Key, Entry] = {}

    def observe(self, present: Iterable[Lease], now: float) -> bool:
        """Takes in the leases of the zone. True when names may have to change or the saved book is out of date."""
        changed = False
        seen: Dict[Key, List[Lease]] = {}
        for lease in present:
            seen.setdefault((lease.name, lease.boot), []).append(lease)
        for key, of_start in seen.items():
            of_start.sort(key=lambda lease: lease.counter)
            newest = of_start[-1]
            entry = self._entries.get(key)
            if entry is None:
                if len(self._entries) >= MAX_LEASES:
                    continue
                entry = self._entries[key] = Entry(newest, now, now - newest.up)
                changed = True
            elif newest.counter > entry.lease.counter or not entry.in_zone:
                changed |= entry.is_expired(now, self._lease_seconds) or _facts(newest) != _facts(entry.lease)
                entry.moved = now
                entry.since = _corrected(entry.since, now - newest.up)
                if newest.counter >= entry.lease.counter:
                    entry.lease = newest
            entry.in_zone = of_start
        for key, entry in list(self._entries.items()):
            if key not in seen and entry.in_zone:
                entry.in_zone = []
                # Remembered while withdrawn: a client that was late could otherwise come back as if it were new.
                if not entry.is_withdrawn:
                    del self._entries[key]
                    changed = True
        return changed

    def standings(self, now: float) -> List[Standing]:
        """Every lease that is in the zone."""
        return [entry.standing(now, self._lease_seconds) for entry in self._entries.values() if entry.in_zone]

    def hold(self, lease: Lease, now: float) -> None:
        """Enters a lease before it is in the zone, so that the same update can carry its names."""
        entry = self._entries[lease.name, lease.boot] = Entry(lease, now, now - lease.up)
        entry.in_zone = [lease]

    def release(self, name: str) -> List[Lease]:
        """Ends what is held for the instance by dockerops. Returns the records."""
        gone: List[Lease] = []
        for key, entry in list(self._entries.items()):
            if key[0] == name and entry.lease.held_by == leases.ENGINE:
                gone += entry.in_zone
                del self._entries[key]
        return gone

    def withdraw(self, name: str, now: float) -> List[Lease]:
        """Ends all starts of the instance. Returns their records; a start that goes on renewing stays withdrawn."""
        gone = self.release(name)
        for key, entry in self._entries.items():
            if key[0] == name:
                gone += entry.in_zone
                entry.withdrawn_at = entry.moved = now
        return gone

    def readmit(self, now: float, after_seconds: float) -> List[str]:
        """Forgets withdrawals of starts that are still renewing so long after. Returns their names."""
        names = []
        for entry in self._entries.values():
            if entry.withdrawn_at is None or not entry.in_zone or entry.is_expired(now, self._lease_seconds) or entry.engine == derive.ABSENT:
                continue
            if now - entry.withdrawn_at >= after_seconds:
                entry.withdrawn_at = None
                names.append(entry.lease.name)
        return sorted(names)

    def has_newly_expired(self, now: float) -> bool:
        """True when time alone has changed what some lease is worth since the last call."""
        changed = False
        for entry in self._entries.values():
            is_expired = entry.is_expired(now, self._lease_seconds)
            changed |= is_expired != entry.was_expired
            entry.was_expired = is_expired
        return changed

    def expire(self, now: float) -> List[Lease]:
        """The records in the zone that serve nobody any more: dead starts, and left-overs of living ones."""
        dead: List[Lease] = []
        for key, entry in list(self._entries.items()):
            if entry.is_expired(now, self._lease_seconds):
                dead += entry.in_zone
                if not entry.in_zone and (not entry.is_withdrawn or entry.is_expired(now, _LEASES_REMEMBERED * self._lease_seconds)):
                    del self._entries[key]
            else:
                dead += entry.in_zone[:-1]
        return dead

    def probes(self, now: float) -> List[Probe]:
        """What to ask of the engine's own resolver now. It hands on questions for a container that is not there to
        the machine's resolver: one that is away for longer is asked for less often, so as not to flood that."""
        found = []
        for key, entry in self._entries.items():
            lease = entry.lease
            if not entry.in_zone or not lease.container or not (lease.own or lease.held_by == leases.ENGINE):
                continue
            away = min((entry.asked - entry.absent_since) * _ASK_LESS, _ASK_AT_LEAST_SECONDS) if entry.engine == derive.ABSENT else 0.0
            if now - entry.asked >= away:
                found.append(Probe(key, lease.container, lease.own))
        return found

    def engine_said(self, key: Key, addresses: Set[str], now: float) -> bool:
        """Takes in the engine's answer for a lease's container. True when names may have to change."""
        entry = self._entries.get(key)
        if entry is None:
            return False
        before = entry.engine, entry.engine_address
        entry.asked = now
        if entry.lease.held_by == leases.ENGINE:
            entry.engine = derive.AGREES if addresses else derive.ABSENT
            if addresses:
                entry.engine_address = entry.lease.own if entry.lease.own in addresses else min(addresses)
        else:
            entry.engine = derive.AGREES if entry.lease.own in addresses else derive.ABSENT
        if entry.engine == derive.ABSENT and before[0] != derive.ABSENT:
            entry.absent_since = now
        return before != (entry.engine, entry.engine_address)

    def engine_is_silent(self) -> None:
        """The engine's resolver does not answer at all: nothing is known, the last knowledge of who is gone stays."""
        for entry in self._entries.values():
            if entry.engine == derive.AGREES:
                entry.engine = derive.UNKNOWN

    def save(self, now: float, wall: float) -> List[dict]:
        """Plain data of all that cannot be read from the zone. Times as wall clock of the arbiter's machine, `wall` being now."""
        return [
            {
                "lease": entry.lease._asdict(), "since": wall - (now - entry.since), "withdrawn": entry.is_withdrawn,
                "in_zone": bool(entry.in_zone), "denied": entry.engine == derive.ABSENT,
            }
            for _, entry in sorted(self._entries.items())
        ]

    def restore(self, saved: object, now: float, wall: float) -> None:
        """Takes back what `save` gave; entries that are not right are left out. Each gets a whole lease of grace."""
        for document in saved if isinstance(saved, list) else []:
            try:
                lease = leases.validate(Lease(**document["lease"]))
                entry = Entry(lease, now, now - (wall - float(document["since"])))
                entry.withdrawn_at = now if document["withdrawn"] is True else None
                entry.engine = derive.ABSENT if document["denied"] is True else derive.UNKNOWN
                entry.in_zone = [lease] if document["in_zone"] is True else []
            except (KeyError, TypeError, ValueError):
                continue
            self._entries[lease.name, lease.boot] = entry

    def wanted_leases(self, now: float) -> List[Lease]:
        """What to put back when the zone was lost: everything still living."""
        return [
            entry.lease for entry in self._entries.values()
            if entry.in_zone and not entry.is_expired(now, self._lease_seconds) and not entry.is_withdrawn and entry.engine != derive.ABSENT
        ]


def _facts(lease: Lease) -> tuple:
    return lease._replace(counter=0, up=0.0)


def _corrected(since: float, told: float) -> float:
    """The delay of a message only ever makes a holder look younger, so the oldest estimate is the best one."""
    return told if since - told > _CORRECTION_SECONDS else since
