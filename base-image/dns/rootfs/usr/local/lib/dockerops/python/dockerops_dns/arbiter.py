"""The arbiter: the only writer of address records. Leases in, names out.

One loop, one thread. Each pass compares what the zone has with what the leases say and sends the difference; so
nothing is remembered as done, and a pass that fails is simply made again. All that a restart needs is in the zone and
in one small file, written before the zone is.
"""

import select
import signal
import time
from typing import Callable, Dict, FrozenSet, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from . import derive, exchange, lease as leases, wire
from .book import Book, Probe
from .derive import Verdict
from .engine_resolver import EngineResolver
from .lease import Lease
from .state_file import StateFile
from .wire import Change, Key, Record
from .zone_copy import NotServed, ZoneCopy

# One update stays far below the 64 KiB of a message.
_CHANGES_PER_UPDATE = 200
# Sent, seen, and once more should something else have come in between.
_PASSES = 4


class Timing(NamedTuple):
    """Seconds. `look` bounds how long a new lease waits for its name; `engine` how long a killed container keeps it."""
    lease: float = 60.0
    look: float = 0.1
    look_reverse: float = 1.0
    engine: float = 1.0
    expire: float = 1.0
    answer: float = 2.0
    whole: float = 60.0
    retry: float = 0.25
    last_retry: float = 2.0
    not_served: float = 5.0
    rebuild_again: float = 60.0
    readmit: float = 60.0


class Settings(NamedTuple):
    """`address`: of the server, published as `dns.<zone>`. `witness`: our own container's name, None without an engine."""
    zone: str
    reverse_zones: List[str]
    address: str
    key: Key
    self_lease: Optional[Lease]
    server: str
    port: int
    state_file: str
    resolver: Optional[str] = None
    resolver_port: int = 53
    witness: Optional[str] = None


Failure = (OSError, wire.WireError, wire.ServerTime, exchange.Refused, NotServed)


class Arbiter:
    """`rebuild` asks for a named that begins with empty zones; called when it answers but does not serve one."""

    def __init__(self, settings: Settings, log: Callable[[str], None], rebuild: Callable[[], None],
                 timing: Timing = Timing(), steady: exchange.Clock = time.monotonic) -> None:
        self.settings = settings
        self.book = Book(timing.lease)
        self._log = log
        self._rebuild = rebuild
        self._timing = timing
        self._steady = steady
        self._forward = ZoneCopy(settings.zone)
        self._reverse = {zone: ZoneCopy(zone) for zone in settings.reverse_zones}
        self._state = StateFile(settings.state_file, log)
        self._resolver: Optional[EngineResolver] = None
        if settings.resolver and settings.witness:
            self._resolver = EngineResolver(settings.resolver, settings.witness, settings.resolver_port)
        now = steady()
        self._generation = self._state.load(self.book, now)
        self._started = now
        self._next: Dict[str, float] = {}
        self._round_open = False
        self._asked: List[Probe] = []
        self._is_due = True
        self._failures = 0
        self._not_served_since: Optional[float] = None
        self._rebuilt_at = -timing.rebuild_again
        self._problem = ""
        self.wrong: List[str] = []

    def fileno(self) -> Optional[int]:
        """What to wait on besides the time."""
        return self._resolver.fileno() if self._resolver else None

    def wait_seconds(self) -> float:
        """For how long nothing is due."""
        now = self._steady()
        left = self._next.get("look", now) - now
        return max(0.0, min(left, self._timing.engine / 4))

    def step(self) -> None:
        """Does what is due. Failures of the server are logged once and tried again; nothing else is caught."""
        now = self._steady()
        self._ask_engine(now)
        if self._due("expire", self._timing.expire, now):
            self._is_due |= self.book.has_newly_expired(now)
        if not self._due("look", self._timing.look, now):
            return
        try:
            with self._connection() as connect:
                self._look(connect, now)
            self._failures = 0
            self._not_served_since = None
            self._say("")
        except Failure as error:
            self._failed(error, now)

    def _due(self, what: str, every: float, now: float) -> bool:
        if now < self._next.get(what, 0.0):
            return False
        self._next[what] = now + every
        return True

    def _failed(self, error: Exception, now: float) -> None:
        self._failures += 1
        self._is_due = True
        self._next["look"] = now + min(self._timing.last_retry, self._timing.retry * 2 ** min(self._failures - 1, 8))
        self._say("the zone is not up to date: %s" % error)
        if not isinstance(error, NotServed):
            self._not_served_since = None
            return
        if self._not_served_since is None:
            self._not_served_since = now
        if now - self._not_served_since >= self._timing.not_served and now - self._rebuilt_at >= self._timing.rebuild_again:
            self._rebuilt_at = now
            self._log("the server answers but does not serve its zone; the zone is begun anew")
            self._rebuild()

    def _say(self, problem: str) -> None:
        if problem and problem != self._problem:
            self._log(problem)
        elif self._problem and not problem:
            self._log("the zone is up to date again")
        self._problem = problem

    def _ask_engine(self, now: float) -> None:
        resolver = self._resolver
        if resolver is None:
            return
        resolver.receive()
        if self._round_open:
            answer = resolver.advance(now)
            if answer is None:
                return
            self._round_open = False
            if not answer.is_trusted:
                self.book.engine_is_silent()
                return
            for probe in self._asked:
                if self.book.engine_said(probe.key, answer.addresses.get(probe.container, set()), now):
                    self._is_due = self._state.is_stale = True
                    self._next["look"] = now
        elif self._due("engine", self._timing.engine, now):
            self._asked = self.book.probes(now)
            if self._asked:
                resolver.begin({probe.container: ":" in (probe.own or "") for probe in self._asked}, now)
                self._round_open = True

    def _look(self, connection: "LazyConnection", now: float) -> None:
        """Brings the copies up to date, and the zones in line with the leases."""
        settings, timing = self.settings, self._timing
        if self._due("whole", timing.whole, now):
            self._forward.forget()
            self._is_due = True
        behind = [] if self._forward.is_current(settings.server, settings.port, timing.answer) else [self._forward]
        if self._due("reverse", timing.look_reverse, now):
            behind += [copy for copy in self._reverse.values() if not copy.is_current(settings.server, settings.port, timing.answer)]
        # A renewal changes the zone and no name; whatever else changed is compared with the leases.
        self._catch_up(connection, behind, now)
        if self._is_due:
            self._settle(connection)

    def _connection(self) -> "LazyConnection":
        settings = self.settings
        return LazyConnection(lambda: exchange.Connection(settings.server, settings.port, settings.key, time.time, self._timing.answer))

    def _catch_up(self, connection: "LazyConnection", behind: List[ZoneCopy], now: float) -> None:
        """Fetches what changed. Whoever called: what that may mean for the names stays due until they are compared."""
        for copy in behind:
            before = derive.derived(copy.records)
            copy.refresh(connection.get())
            self._is_due |= derive.derived(copy.records) != before
        if self._forward in behind:
            self._restore_lost_zone(connection, now)
            self.wrong = []
            present = leases.leases_in(self._forward.of_type(wire.TXT), self.settings.zone, self.wrong)
            if self.book.observe(present, now):
                self._is_due = self._state.is_stale = True

    def _restore_lost_zone(self, connection: "LazyConnection", now: float) -> None:
        """A zone that was begun anew has another generation: the living leases are put back at once."""
        generation = self._forward.generation
        if generation == self._generation:
            return
        lost = self.book.wanted_leases(now)
        if self._generation is not None and lost:
            self._log("the zone began anew; putting back %d leases" % len(lost))
            self._send(connection, self.settings.zone, [Change(True, self._record(lease)) for lease in lost])
            self._forward.refresh(connection.get())
        self._generation = generation
        self._is_due = self._state.is_stale = True

    def _settle(self, connection: "LazyConnection", leases_too: Sequence[Change] = ()) -> None:
        """Sends the differences until there are none, each zone's in one message, and sees what came of them.

        Where leases come in faster than that, it ends after some rounds and the rest stays due: calls wait, too.
        `leases_too` are changes of leases that have to be one with the changes of their names.
        """
        for _ in range(_PASSES):
            now = self._steady()
            self._is_due = False
            if self._state.is_stale:
                # Before the names, so that their order survives whatever happens next.
                self._state.save(self.book, self._generation, now)
            changed: List[ZoneCopy] = []
            for copy, changes in self._differences(self.verdicts(now), now):
                if copy is self._forward:
                    changes = list(dict.fromkeys([*leases_too, *changes]))
                if changes:
                    self._send(connection, copy.zone, changes)
                    changed.append(copy)
            if not changed:
                return
            # Until the zone was seen to have it, it is not done.
            self._is_due = True
            self._catch_up(connection, changed, now)
            leases_too = ()

    def _differences(self, verdicts: List[Verdict], now: float) -> Iterator[Tuple[ZoneCopy, List[Change]]]:
        settings = self.settings
        claims = derive.claims_by_name(verdicts)
        forward = derive.forward_records(claims, settings.zone, settings.address)
        dead = [Change(False, self._record(lease)) for lease in self.book.expire(now)]
        yield self._forward, derive.difference(forward, self._forward.records) + dead
        reverse = derive.reverse_records(verdicts, settings.zone, settings.address, settings.reverse_zones)
        for zone, wanted in reverse.items():
            yield self._reverse[zone], derive.difference(wanted, self._reverse[zone].records)

    def _send(self, connection: "LazyConnection", zone: str, changes: List[Change]) -> None:
        for start in range(0, len(changes), _CHANGES_PER_UPDATE):
            part = changes[start:start + _CHANGES_PER_UPDATE]
            try:
                connection.get().update(zone, part)
            except exchange.Refused as refused:
                self._send_by_name(connection, zone, part, refused)

    def _send_by_name(self, connection: "LazyConnection", zone: str, changes: List[Change], refused: exchange.Refused) -> None:
        """After a refusal of the whole: what the server does not take for one name must not keep the others from theirs."""
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

    def _record(self, lease: Lease) -> Record:
        return Record(leases.lease_owner(lease.name, self.settings.zone), wire.TXT, leases.LEASE_TTL, leases.format_lease(lease))

    def verdicts(self, now: float) -> List[Verdict]:
        standings = self.book.standings(now)
        if self.settings.self_lease is not None:
            own = self.settings.self_lease
            # Who says so runs, so the engine need not be asked.
            standings.append(derive.Standing(own, self._started, own.address, 0.0, False, False, derive.AGREES))
        return derive.judge(standings)

    def records(self) -> FrozenSet[Record]:
        """The zone as last seen."""
        return self._forward.records

    # What the calls of dockerops-dns do. Each raises one of Failure when the server did not take it.

    def hold(self, held: List[Lease]) -> None:
        """Writes leases for instances that have no client, with their names, in one go."""
        with self._connection() as connection:
            now = self._steady()
            self._catch_up(connection, [self._forward], now)
            changes: List[Change] = []
            for lease in held:
                before = [s.lease for s in self.book.standings(now) if s.lease.name == lease.name and s.lease.held_by == leases.ENGINE]
                if [_claim(old) for old in before] == [_claim(lease)]:
                    continue
                changes += [Change(False, self._record(old)) for old in self.book.release(lease.name)]
                changes.append(Change(True, self._record(lease)))
                self.book.hold(lease, now)
            self._state.is_stale = True
            self._settle(connection, changes)

    def withdraw(self, names: List[str]) -> None:
        """Ends every lease of these instances; back only when no name leads to them."""
        with self._connection() as connection:
            now = self._steady()
            self._catch_up(connection, [self._forward], now)
            gone = [lease for name in names for lease in self.book.withdraw(name, now)]
            self._state.is_stale = True
            self._settle(connection, [Change(False, self._record(lease)) for lease in gone])

    def distrust(self) -> None:
        """After a call that failed half way: what the book has and the zone has not is found out by fetching everything."""
        self._forward.forget()
        self._is_due = True

    def differences(self) -> List[Change]:
        """What is not as it should be in the zones right now: fetched for the purpose, no copy trusted."""
        now = self._steady()
        with self._connection() as connection:
            self._fetch_all(connection, now)
        return [change for _, changes in self._differences(self.verdicts(now), now) for change in changes]

    def fix(self) -> List[str]:
        """Makes the zones right, and lets withdrawn instances back in that were not stopped for long. Returns their names."""
        now = self._steady()
        readmitted = self.book.readmit(now, self._timing.readmit)
        with self._connection() as connection:
            self._fetch_all(connection, now)
            self._state.is_stale = True
            self._settle(connection)
        return readmitted

    def _fetch_all(self, connection: "LazyConnection", now: float) -> None:
        copies = [self._forward, *self._reverse.values()]
        for copy in copies:
            copy.forget()
        self._catch_up(connection, copies, now)


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


def _claim(lease: Lease) -> tuple:
    return lease._replace(boot="", counter=0, up=0.0)


def run(arbiter: Arbiter, control: "object", hang_seconds: int = 30) -> None:
    """The loop. A pass that hangs ends the process, which its supervisor starts again."""
    while True:
        signal.alarm(hang_seconds)
        waiting = [channel for channel in (arbiter, control) if channel.fileno() is not None]
        readable = select.select(waiting, [], [], arbiter.wait_seconds())[0]
        if control in readable:
            control.serve_one()
        arbiter.step()
