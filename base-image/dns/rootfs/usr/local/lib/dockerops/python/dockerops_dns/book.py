"""The arbiter's book: which leases there are, since when, and whether their holders are alive.

Age is by one monotonic clock, passed in by the caller; no holder's wall clock is ever looked at. A holder that the book
has not seen before is taken to be as old as it says (`up`, a duration). No input or output here: `save` and `restore`
turn the book to plain data and back.
"""

from typing import Dict, Iterable, List, NamedTuple, Optional, Set

from . import derive
from .derive import Claimant, Lease
from .lease import Renewal

_CORRECTION_SECONDS = 1.0
# A start that ended is remembered for so many leases: longer than its last signed messages could be sent again.
_LEASES_REMEMBERED = 10
# A container without a client may be started again by anybody, and has to get its names back.
_HELD_REMEMBERED_SECONDS = 7 * 86400.0
# A container that is away is asked for again after a fifth of the time that it has been away, and every 15 s at least.
_ASK_LESS = 0.2
_ASK_AT_LEAST_SECONDS = 15.0
# More is a fault or an attack; the arbiter and the zone stay small.
MAX_LEASES = 5000


class Full(Exception):
    """There are MAX_LEASES living leases."""


class OutOfDate(Exception):
    """The renewal is older than one that the book has: a message that was held up, or is sent again by somebody."""


class Entry:
    """The lease of one key, or one that dockerops holds."""

    def __init__(self, lease: Lease, renewal: Renewal, now: float) -> None:
        self.lease = lease
        self.boot = renewal.boot
        self.counter = renewal.counter
        self.former_boot = ""
        self.signed_at = 0
        self.since = now - renewal.up
        self.moved = now
        self.withdrawn_at: Optional[float] = None
        self.is_ended = False
        self.was_expired = False
        self.engine = derive.UNKNOWN
        # The container's own address, and whether the engine has said so.
        self.own = renewal.own
        self.is_confirmed = False
        self.absent_since = self.asked = now
        self.is_asked = False

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def is_expired(self, now: float, lease_seconds: float) -> bool:
        is_confirmed = self.lease.is_held and self.engine == derive.AGREES
        return self.is_ended or (not is_confirmed and now - self.moved >= lease_seconds)

    def address(self, believes_clients: bool) -> Optional[str]:
        """What it publishes: the permitted address, else the container's own once the engine has confirmed it."""
        if self.lease.address is not None or self.lease.container is None:
            return self.lease.address
        return self.own if self.is_confirmed or believes_clients else None

    def told(self) -> tuple:
        """What the engine has said of it."""
        return self.engine, self.own, self.is_confirmed

    def engine_said(self, addresses: Set[str], now: float) -> None:
        was_absent = self.engine == derive.ABSENT
        self.asked = now
        if self.lease.is_held and addresses:
            # Nobody inside can tell of a new address, and nobody else renews it.
            self.own = self.own if self.own in addresses else min(addresses)
            self.moved = now
        self.is_confirmed = self.own in addresses
        self.engine = derive.AGREES if self.is_confirmed else derive.ABSENT
        if self.engine == derive.ABSENT and not was_absent:
            self.absent_since = now

    def is_unknown_to_engine(self) -> None:
        """It has to be asked about at once."""
        self.engine, self.is_asked = derive.UNKNOWN, False

    def starts_again(self, renewal: Renewal, now: float) -> None:
        """The same container with a new client: it was restarted, maybe with another address."""
        self.former_boot, self.boot = self.boot, renewal.boot
        self.since = now - renewal.up
        self.withdrawn_at = None
        self.is_unknown_to_engine()


class Probe(NamedTuple):
    """A container to ask the engine for, and the address that it is said to have."""
    container: str
    own: Optional[str]


class Book:
    """Leases by slot: the name of the client's key, or whatever the caller has instead. `lease_seconds`: a lease that
    was not renewed for so long is dead. `believes_clients`: the engine cannot be asked, so what they say counts."""

    def __init__(self, lease_seconds: float = 60.0) -> None:
        self._lease_seconds = lease_seconds
        self._entries: Dict[str, Entry] = {}
        self.believes_clients = False

    def __len__(self) -> int:
        return len(self._entries)

    def renew(self, slot: str, lease: Lease, renewal: Renewal, now: float, signed_at: int = 0) -> bool:
        """Takes in a renewal. True when names may have to change. Full, or OutOfDate.

        `signed_at` is the second in which it was signed; the caller has refused those before the last one.
        """
        entry = self._entries.get(slot)
        if entry is None:
            self._make_room(now)
            entry = self._entries[slot] = Entry(lease, renewal, now)
            entry.signed_at = signed_at
            return True
        is_new_boot = renewal.boot != entry.boot
        if (not is_new_boot and renewal.counter <= entry.counter) or renewal.boot == entry.former_boot:
            raise OutOfDate("a renewal with a later counter is known")
        before = entry.is_expired(now, self._lease_seconds), entry.lease, entry.own
        if is_new_boot:
            entry.starts_again(renewal, now)
        elif entry.since - (now - renewal.up) > _CORRECTION_SECONDS:
            # The delay of a message only ever makes a holder look younger, so the oldest estimate is the best one.
            entry.since = now - renewal.up
        if renewal.own != entry.own:
            entry.own, entry.is_confirmed = renewal.own, False
            entry.is_unknown_to_engine()
        entry.lease, entry.counter, entry.signed_at = lease, renewal.counter, signed_at
        entry.moved, entry.is_ended = now, False
        return is_new_boot or before != (False, entry.lease, entry.own)

    def end(self, slot: str, renewal: Renewal, now: float, signed_at: int = 0) -> bool:
        """The client ends its lease. True when names may have to change. OutOfDate when it has been renewed since."""
        entry = self._entries.get(slot)
        if entry is None or entry.boot != renewal.boot or entry.is_ended:
            return False
        if renewal.counter < entry.counter:
            raise OutOfDate("a renewal with a later counter is known")
        entry.counter, entry.signed_at, entry.moved, entry.is_ended = renewal.counter, signed_at, now, True
        return True

    def signed_at(self, slot: str) -> int:
        """When the last renewal or end of it was signed, 0 for an unknown one."""
        entry = self._entries.get(slot)
        return 0 if entry is None else entry.signed_at

    def hold(self, slot: str, lease: Lease, own: Optional[str], now: float) -> None:
        """Enters a lease that is held for an instance; `own` is where its container is found now."""
        entry = self._entries.get(slot)
        if entry is None:
            self._make_room(now)
            entry = self._entries[slot] = Entry(lease, Renewal("held", 0, 0.0, own), now)
        elif entry.lease != lease or entry.own != own or entry.engine == derive.ABSENT:
            entry.is_unknown_to_engine()
            entry.since = entry.since if entry.lease.start == lease.start else now
        entry.lease, entry.own, entry.is_confirmed, entry.moved = lease, own, True, now

    def drop(self, slot: str) -> bool:
        return self._entries.pop(slot, None) is not None

    def withdraw(self, name: str, now: float) -> None:
        """Ends all leases of the instance; a start that goes on renewing stays withdrawn."""
        for slot, entry in list(self._entries.items()):
            if entry.lease.name != name:
                continue
            if entry.lease.is_held:
                del self._entries[slot]
            else:
                entry.withdrawn_at = entry.moved = now

    def readmit(self, now: float, after_seconds: float) -> List[str]:
        """Forgets withdrawals of starts that are still renewing so long after. Returns their names."""
        names = []
        for entry in self._entries.values():
            if entry.withdrawn_at is None or entry.is_expired(now, self._lease_seconds):
                continue
            if entry.engine != derive.ABSENT and now - entry.withdrawn_at >= after_seconds:
                entry.withdrawn_at = None
                names.append(entry.lease.name)
        return sorted(names)

    def sweep(self, now: float) -> bool:
        """Forgets what has been dead for long. True when time alone has changed what some lease is worth."""
        changed = False
        for slot, entry in list(self._entries.items()):
            is_expired = entry.is_expired(now, self._lease_seconds)
            changed |= is_expired != entry.was_expired
            entry.was_expired = is_expired
            if now - entry.moved >= self._remembered(entry):
                del self._entries[slot]
                changed = True
        return changed

    def _remembered(self, entry: Entry) -> float:
        return _HELD_REMEMBERED_SECONDS if entry.lease.is_held else _LEASES_REMEMBERED * self._lease_seconds

    def _make_room(self, now: float) -> None:
        """The dead make room for the living, the longest dead first."""
        if len(self._entries) < MAX_LEASES:
            return
        slot, oldest = min(self._entries.items(), key=lambda item: item[1].moved)
        if not oldest.is_expired(now, self._lease_seconds):
            raise Full("there are %d leases, and no more are taken" % MAX_LEASES)
        del self._entries[slot]

    def is_full(self, now: float) -> bool:
        living = sum(not entry.is_expired(now, self._lease_seconds) for entry in self._entries.values())
        return living >= MAX_LEASES

    def is_living(self, slot: str, now: float) -> bool:
        entry = self._entries.get(slot)
        return entry is not None and not entry.is_expired(now, self._lease_seconds)

    def registered(self, now: float) -> List[str]:
        """The instances that have a lease which is worth something."""
        return sorted({
            entry.lease.name for entry in self._entries.values()
            if not (entry.is_expired(now, self._lease_seconds) or entry.is_withdrawn or entry.engine == derive.ABSENT)
        })

    def claimants(self, now: float) -> List[Claimant]:
        """Every lease, the dead ones that are remembered too."""
        return [
            Claimant(
                entry.lease, entry.boot, entry.since, entry.address(self.believes_clients), entry.own,
                now - entry.moved, entry.is_expired(now, self._lease_seconds), entry.is_withdrawn, entry.engine,
                entry.is_ended,
            )
            for entry in self._entries.values()
        ]

    def probes(self, now: float) -> List[Probe]:
        """What to ask of the engine's own resolver now. It passes questions for a container that is not there on to
        the machine's resolver: one that is away for longer is asked for less often, to spare that."""
        due = []
        for entry in self._entries.values():
            away = 0.0
            if entry.engine == derive.ABSENT:
                away = min((entry.asked - entry.absent_since) * _ASK_LESS, _ASK_AT_LEAST_SECONDS)
            if now - entry.asked >= away:
                due.append(entry)
        return _probes(due)

    def new_probes(self) -> List[Probe]:
        """Those that the engine was not asked about since they came or changed."""
        return _probes(entry for entry in self._entries.values() if not entry.is_asked)

    def engine_said(self, answers: Dict[str, Set[str]], now: float) -> bool:
        """Takes in where the engine has containers; at no address, it is not there. True when names may change."""
        changed = False
        for entry in self._entries.values():
            addresses = answers.get(entry.lease.container or "")
            if addresses is not None:
                before = entry.told()
                entry.engine_said(addresses, now)
                changed |= before != entry.told()
        return changed

    def engine_is_silent(self, now: float) -> None:
        """The engine's resolver does not answer at all: nothing is known, what was known of who is gone stays."""
        for entry in self._entries.values():
            if entry.engine == derive.AGREES:
                entry.engine = derive.UNKNOWN
            is_confirmed = self.believes_clients and entry.lease.is_held and entry.lease.container is not None
            if is_confirmed and entry.engine == derive.UNKNOWN:
                entry.moved = now

    def save(self, now: float, wall: float) -> List[dict]:
        """Plain data of everything. Times as wall clock of the arbiter's machine, `wall` being now."""
        return [
            {
                "slot": slot, "lease": entry.lease._asdict(), "boot": entry.boot, "former_boot": entry.former_boot,
                "counter": entry.counter, "signed_at": entry.signed_at, "since": wall - (now - entry.since),
                "is_withdrawn": entry.is_withdrawn, "is_ended": entry.is_ended,
                "idle": now - entry.moved if entry.is_expired(now, self._lease_seconds) else 0.0,
                "is_denied": entry.engine == derive.ABSENT, "own": entry.own, "is_confirmed": entry.is_confirmed,
            }
            for slot, entry in sorted(self._entries.items())
        ]

    def restore(self, saved: object, now: float, wall: float) -> None:
        """Takes back what `save` gave; entries that are not right are left out. Each living one gets a whole lease."""
        for document in saved if isinstance(saved, list) else []:
            try:
                lease = derive.checked(Lease(**document["lease"]))
                renewal = Renewal(
                    str(document["boot"]), int(document["counter"]), wall - float(document["since"]),
                    derive.checked_address(document["own"]),
                )
                entry = Entry(lease, renewal, now)
                entry.former_boot, entry.signed_at = str(document["former_boot"]), int(document["signed_at"])
                entry.moved, entry.is_ended = now - float(document["idle"]), document["is_ended"] is True
                entry.withdrawn_at = now if document["is_withdrawn"] is True else None
                entry.engine = derive.ABSENT if document["is_denied"] is True else derive.UNKNOWN
                entry.is_confirmed = document["is_confirmed"] is True
                self._entries[str(document["slot"])] = entry
            except (KeyError, TypeError, ValueError):
                continue


def _probes(entries: Iterable[Entry]) -> List[Probe]:
    found = []
    for entry in entries:
        if entry.lease.container is not None:
            found.append(Probe(entry.lease.container, entry.own))
        entry.is_asked = True
    return found
