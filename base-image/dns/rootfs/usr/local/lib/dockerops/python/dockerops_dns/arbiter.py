"""The arbiter: the only writer of address records. Leases in, names out.

One loop, one thread. Clients' updates, the engine's answers and the calls of dockerops change the book of leases; a
pass then makes the zones what the book says. All that a restart needs is in one small file, written before the zones.
"""

import os
import selectors
import signal
import time
from typing import Callable, Dict, FrozenSet, List, NamedTuple, Optional, Tuple

from . import derive, exchange, lease_zone, wire
from .backoff import Backoff
from .book import Book
from .derive import Claimant, Lease, Verdict
from .engine_resolver import EngineResolver
from .engine_watch import EngineWatch
from .lease_server import LeaseServer
from .lease_updates import LeaseUpdates, Served
from .lease_zone import LeaseZone, Secondary
from .name_zones import NameZones, Zones
from .project_key_leases import ProjectKeyLeases
from .state_file import StateFile
from .wire import Change, Key, Record
from .zone_copy import NotServed


class Timing(NamedTuple):
    """Seconds. `engine`: how long a killed container keeps its name. `look`: between looks at what others wrote into
    the zones, `look_project_key`: and at what clients with the project's key did. `grace`: after a start without a
    saved state, the names that are there are kept, until the clients have told their leases."""
    lease: float = 60.0
    look: float = 1.0
    look_project_key: float = 2.0
    engine: float = 1.0
    expire: float = 1.0
    answer: float = 2.0
    whole: float = 60.0
    retry: float = 0.25
    last_retry: float = 2.0
    not_served: float = 5.0
    rebuild_again: float = 60.0
    readmit: float = 60.0
    grace: float = 15.0


class Settings(NamedTuple):
    """`own`: the dns instance's service and instance, None without names of its own. `project_key_writer` writes the
    zone of clients that have the project's key. `pid_file`: which named writes at each of its starts. `witness`: our
    own container's name, None without an engine."""
    zones: Zones
    project_key: Key
    project_key_writer: Key
    own: Optional[Lease]
    containers: str
    lease_port: int
    state_file: str
    registered_file: str
    pid_file: str
    resolver: Optional[str] = None
    resolver_port: int = 53
    witness: Optional[str] = None


Failure = (OSError, wire.WireError, wire.ServerTime, exchange.Refused, NotServed)


class Arbiter:
    """`rebuild` asks for a named that begins with empty zones; called when it answers but does not serve one."""

    def __init__(self, settings: Settings, log: Callable[[str], None], rebuild: Callable[[], None],
                 timing: Timing = Timing(), steady: exchange.Clock = time.monotonic) -> None:
        self.settings = settings
        self.selector = selectors.DefaultSelector()
        self._log = log
        self._rebuild = rebuild
        self._timing = timing
        self._steady = steady
        self._started = now = steady()
        self.book = Book(timing.lease)
        self._state = StateFile(settings.state_file, settings.registered_file, log)
        self._knows_all_from = now + (0.0 if self._state.load(self.book, now) else timing.grace)
        zones = settings.zones
        self.lease_zone = LeaseZone(zones.zone, int(time.time()))
        self._secondary = Secondary(self.lease_zone, zones.server, zones.port, timing.answer, now)
        self.names = NameZones(zones, time.time, timing.answer, lambda: self.verdicts(steady()), self._knows_all)
        served = Served(zones.zone, settings.project_key, settings.containers, zones.reverse_zones)
        self.updates = LeaseUpdates(self.book, self.lease_zone, served, self._changed, log, steady, time.time)
        self._server = LeaseServer(self.selector, "127.0.0.1", settings.lease_port, self.updates.answers)
        self._engine = EngineWatch(self.book, self._resolver(), timing.engine, self._changed, log)
        self._old = ProjectKeyLeases(
            self.book, zones.zone, settings.containers, zones.reverse_zones, self._connect_with_project_key)
        self._named = self._start_of_named()
        self._next: Dict[str, float] = {}
        self._is_due = True
        self._backoff = Backoff(timing.retry, timing.last_retry)
        self._not_served_since: Optional[float] = None
        self._rebuilt_at = -timing.rebuild_again
        self._problem = ""

    def _resolver(self) -> Optional[EngineResolver]:
        settings = self.settings
        if not settings.resolver or not settings.witness:
            return None
        resolver = EngineResolver(settings.resolver, settings.witness, settings.resolver_port)
        self.selector.register(resolver, selectors.EVENT_READ, self)
        return resolver

    def _changed(self) -> None:
        """The names, and the saved state, may be out of date."""
        self._is_due = self._state.is_stale = True
        if not self._backoff.failures:
            self._next["look"] = self._steady()

    def _knows_all(self) -> bool:
        """All clients have had the time to tell their leases."""
        return self._steady() >= self._knows_all_from

    def wait_seconds(self) -> float:
        """For how long nothing is due."""
        now = self._steady()
        return max(0.0, min(self._next.get("look", now) - now, self._timing.engine / 4))

    def serve(self, channel: object, events: int) -> None:
        """Answers what came in on one of the sockets for leases; the engine's answers wait for the next step."""
        if not isinstance(channel, EngineResolver):
            self._server.serve(channel, events, self._steady())

    def step(self) -> None:
        """Does what is due. Failures of named are logged once and tried again; nothing else is caught."""
        now = self._steady()
        self._engine.step(now)
        if self._due("expire", self._timing.expire, now):
            self._server.drop_idle(now)
            if self.book.sweep(now):
                self._changed()
        if not self._due("look", self._timing.look, now):
            return
        try:
            self._look(now)
            self._backoff.succeeded()
            self._not_served_since = None
            self._say("")
        except Failure as error:
            self._failed(error, now)

    def _due(self, what: str, every: float, now: float) -> bool:
        if now < self._next.get(what, 0.0):
            return False
        self._next[what] = now + every
        return True

    def _look(self, now: float) -> None:
        """Takes in what is new in the zones, and brings them in line with the leases."""
        started = self._start_of_named()
        if started != self._named:
            # What it read from a damaged journal may differ under the serial that we know.
            self._named = started
            self.names.forget()
            self._secondary.forget()
            self._next.pop("zones", None)
        if self._due("whole", self._timing.whole, now):
            self.names.forget()
        if self._due("zones", self._timing.look, now):
            self._is_due |= self.names.look()
        if self._due("project key", self._timing.look_project_key, now) and self._old.look(now):
            self._changed()
        if self._is_due:
            self._settle()
        self._secondary.advance(now)
        if not self._secondary.has_latest:
            self._next["look"] = min(self._next["look"], now + 0.25)

    def _start_of_named(self) -> Optional[Tuple[int, int]]:
        """Differs from one start of named to the next."""
        try:
            found = os.stat(self.settings.pid_file)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _settle(self) -> None:
        if self._state.is_stale:
            # Before the names, so that their order survives whatever happens next.
            self._state.save(self.book, self._steady(), self._knows_all())
        self.lease_zone.set(lease_zone.lease_records(self.book.claimants(self._steady()), self.settings.zones.zone))
        # Until the zones were seen to be right, it is not done.
        self._is_due = True
        self._is_due = not (self.names.settle() and self._knows_all())

    def _failed(self, error: Exception, now: float) -> None:
        self._is_due = True
        self._next["look"] = now + self._backoff.failed()
        # A try that looks at nothing would pass for a success.
        self._next.pop("zones", None)
        self._say("the zone is not up to date: %s" % error)
        if not isinstance(error, NotServed):
            self._not_served_since = None
            return
        if self._not_served_since is None:
            self._not_served_since = now
        is_long = now - self._not_served_since >= self._timing.not_served
        if is_long and now - self._rebuilt_at >= self._timing.rebuild_again:
            self._rebuilt_at = now
            self._log("the server answers but does not serve its zone; the zone is begun anew")
            self._rebuild()

    def _say(self, problem: str) -> None:
        if problem and problem != self._problem:
            self._log(problem)
        elif self._problem and not problem:
            self._log("the zone is up to date again")
        self._problem = problem

    def _connect_with_project_key(self) -> exchange.Connection:
        zones = self.settings.zones
        return exchange.Connection(
            zones.server, zones.port, self.settings.project_key_writer, time.time, self._timing.answer)

    def verdicts(self, now: float) -> List[Verdict]:
        claimants = self.book.claimants(now)
        own = self.settings.own
        if own is not None:
            claimants.append(derive.server_claimant(own, self._started))
        return derive.judge(claimants)

    # What the calls of dockerops-dns do. Each raises one of Failure when named did not take it.

    def hold(self, held: List["Held"]) -> None:
        """Holds leases for instances that have no client; back when their names answer."""
        now = self._steady()
        for one in held:
            self.book.hold("held %s" % one.lease.name, one.lease, one.own, now)
        self._state.is_stale = True
        self._settle_whole()

    def withdraw(self, names: List[str]) -> None:
        """Ends every lease of these instances; back only when no name leads to them."""
        for name in names:
            self.book.withdraw(name, self._steady())
        self._state.is_stale = True
        self._settle_whole()

    def _settle_whole(self) -> None:
        self.names.look()
        self._settle()

    def distrust(self) -> None:
        """After a call that failed half way: the next pass fetches everything and compares it."""
        self.names.forget()
        self._is_due = True

    def differences(self) -> List[Change]:
        """What is not as it should be in the zones right now: fetched for the purpose, no copy trusted."""
        self.names.forget()
        self.names.look()
        return [change for _, changes in self.names.differences() for change in changes]

    def fix(self) -> List[str]:
        """Makes the zones right, and lets withdrawn instances in again that were not stopped. Returns their names."""
        readmitted = self.book.readmit(self._steady(), self._timing.readmit)
        self._knows_all_from = self._steady()
        self._old.remove_wrong()
        self.names.forget()
        self._state.is_stale = True
        self._settle_whole()
        return readmitted

    def not_leases(self) -> List[str]:
        """A sentence for each record that a client with the project's key wrote and that is no lease."""
        return self._old.wrong()

    def records(self) -> FrozenSet[Record]:
        """The zone as last seen."""
        return self.names.records()

    def shows_leases(self) -> bool:
        """Whether named shows the leases that there are, where their clients look for them."""
        return not self._secondary.is_stuck(self._steady())


class Held(NamedTuple):
    """A lease to hold, and where its container is found now."""
    lease: Lease
    own: Optional[str]


def run(arbiter: Arbiter, control: "object", hang_seconds: int = 30) -> None:
    """The loop. A pass that hangs ends the process, which its supervisor starts again."""
    arbiter.selector.register(control, selectors.EVENT_READ, control)
    while True:
        signal.alarm(hang_seconds)
        for key, events in arbiter.selector.select(arbiter.wait_seconds()):
            if key.data is control:
                control.serve_one()
            else:
                arbiter.serve(key.fileobj, events)
        arbiter.step()
