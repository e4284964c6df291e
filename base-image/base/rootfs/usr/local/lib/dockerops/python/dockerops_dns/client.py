"""The DNS client of an instance: holds its lease for as long as the instance runs.

The entrypoint starts it in the background in every mode of running, and does not wait for it. It reads what to hold
in /etc/dockerops/dns.json and publishes nothing itself: the arbiter beside the server does.
A lease counts as held only when the arbiter said NOERROR, signed, and the server then answers for it.
"""

import json
import os
import signal
import sys
import time
from typing import Callable, NamedTuple, Optional

from . import exchange, lease as leases, wire
from .backoff import Backoff, spread
from .lease import Renewal
from .wire import Change, Key, Record

CONFIG = "/etc/dockerops/dns.json"
PID_FILE = "/run/dockerops/dns-client.pid"
LOG_FILE = "/var/log/dockerops-dns-client.log"
# Why its names are not registered, until they are for the first time; the instance is not healthy so long.
UNREGISTERED_FILE = "/run/dockerops/state.dns"
LOG_LIMIT_BYTES = 128 * 1024
_LOOK_SECONDS = 0.05


class Timing(NamedTuple):
    """Seconds. `look` is how often a held lease is looked for, so that a server that lost it gets it again soon."""
    renew: float = 20.0
    look: float = 5.0
    first_retry: float = 0.1
    last_retry: float = 5.0
    refused_retry: float = 30.0
    answer: float = 3.0
    withdraw: float = 1.5
    pause: float = 60.0


class Config(NamedTuple):
    """`key` says to the arbiter whose lease this is and what it may publish; the rest is for the log.

    `same_network`: the server is on the engine and network of this container, so its own address means something there.
    """
    server: str
    port: int
    zone: str
    key: Key
    service: str
    instance: str
    policy: str
    service_ip: Optional[str]
    same_network: bool

    def publishes(self) -> bool:
        return self.policy != leases.HIDE and (self.service_ip is not None or self.same_network)

    @staticmethod
    def from_json(document: dict) -> "Config":
        """KeyError or ValueError when the document is not what the contract says."""
        return Config(
            str(document["server"]), int(document.get("port", 53)), wire.canonical(document["zone"]),
            Key.from_json(document["key"]), document["service"], document["instance"],
            document.get("policy") or leases.APPEND, document.get("service_ip"), document.get("same_network") is True,
        )


class Client:
    """Keeps one lease. `clock` is the wall clock (for signatures only), `steady` the monotonic one."""

    def __init__(self, config: Config, log: Callable[[str], None], timing: Timing = Timing(),
                 clock: exchange.Clock = time.time, steady: exchange.Clock = time.monotonic) -> None:
        self._config = config
        self._log = log
        self._timing = timing
        self._wall = clock
        self._steady = steady
        self._started = steady()
        self._clock_offset = 0
        self._boot = os.urandom(8).hex()
        self._counter = 0
        self._owner = leases.lease_owner("%s-%s" % (config.service, config.instance), config.zone)
        # The last one that was sent: the server may have it, whatever was heard of it.
        self._sent: Optional[bytes] = None
        self._has_warned = False
        self._has_registered = False

    def run(self) -> None:
        """Holds the lease until an exception (the signal handler's SystemExit) ends it."""
        backoff = Backoff(self._timing.first_retry, self._timing.last_retry)
        last_problem = ""
        while True:
            try:
                address = self.renew()
            except (OSError, wire.WireError, wire.ServerTime, exchange.Refused) as error:
                wait = backoff.failed(self._timing.refused_retry if is_refusal(error) else None)
                problem = "%s" % error
                if problem != last_problem or backoff.failures % 100 == 0:
                    last_problem = problem
                    self._log("not registered: %s; trying again, next in %.1f s" % (problem, wait))
                # A DNS that does not answer leaves the instance without names of others, too.
                if self._config.publishes() or isinstance(error, OSError):
                    self._note_unregistered(problem)
                time.sleep(wait)
                continue
            if backoff.failures or self._counter == 1:
                claimed = " with address %s" % address if address else ", publishing nothing"
                self._log("registered as %s%s" % (self._owner, claimed))
            backoff.succeeded()
            last_problem = ""
            self._note_unregistered(None)
            self._rest()

    def renew(self) -> Optional[str]:
        """Sends the lease with the next counter and sees that the server has it. Returns the address that it claims."""
        self._counter += 1
        near = self._config.same_network
        with self._connect(self._timing.answer) as connection:
            own = connection.own_address if near else None
            up = self._steady() - self._started
            self._sent = leases.format_renewal(Renewal(self._boot, self._counter, up, own))
            self._update(connection, Change(True, self._record(self._sent)))
        self._see_it_held()
        if self._config.policy == leases.HIDE:
            return None
        address = self._config.service_ip or own
        if address is None:
            self._warn_of_no_address()
        return address

    def withdraw(self) -> None:
        """Ends the lease; that of another start of the instance stays."""
        if self._sent is None:
            return
        with self._connect(self._timing.withdraw) as connection:
            self._update(connection, Change(False, self._record(self._sent)))
        self._sent = None

    def _connect(self, timeout: float) -> exchange.Connection:
        return exchange.Connection(self._config.server, self._config.port, self._config.key, self._now, timeout)

    def _update(self, connection: exchange.Connection, change: Change) -> None:
        zone = leases.lease_zone(self._config.zone)
        try:
            connection.update(zone, [change])
        except wire.ServerTime as answer:
            self._set_clock(answer)
            connection.update(zone, [change])

    def _see_it_held(self) -> None:
        deadline = self._steady() + self._timing.answer
        while not self._is_held():
            if self._steady() >= deadline:
                raise wire.WireError("the server took the lease but does not answer for it")
            time.sleep(_LOOK_SECONDS)

    def _warn_of_no_address(self) -> None:
        if not self._has_warned:
            self._has_warned = True
            self._log("warning: nothing is published: the server is not on this engine and network, "
                      "and SERVICE_IP is not set to an address of this host at which something is published")

    def _note_unregistered(self, problem: Optional[str]) -> None:
        """Only until the first success: a DNS that is away for a while makes no instance unhealthy."""
        if self._has_registered:
            return
        self._has_registered = problem is None
        try:
            if problem is None:
                os.unlink(UNREGISTERED_FILE)
            else:
                with open(UNREGISTERED_FILE, "w", encoding="utf-8") as file:
                    file.write("its names are not registered: %s\n" % problem)
        except OSError:
            # There is none, or the disk is full.
            pass

    def _record(self, data: bytes) -> Record:
        return Record(self._owner, wire.TXT, leases.LEASE_TTL, data)

    def _is_mine(self, data: bytes) -> bool:
        return b"boot=" + self._boot.encode() in data

    def _now(self) -> float:
        return self._wall() + self._clock_offset

    def _set_clock(self, answer: wire.ServerTime) -> None:
        self._clock_offset = round(answer.seconds - self._wall())
        self._log("this machine's clock is %d s off the server's; signing with the server's time" % -self._clock_offset)

    def _rest(self) -> None:
        """Waits until the next renewal is due, or until the server does not have the lease any more."""
        due = self._steady() + self._timing.renew * spread(0.9, 1.0)
        while True:
            left = due - self._steady()
            if left <= 0:
                return
            time.sleep(min(left, self._timing.look))
            if left > self._timing.look and not self._is_held():
                return

    def _is_held(self) -> bool:
        """False when the server says that the lease is not there, or does not answer."""
        try:
            answer = exchange.ask(self._config.server, self._config.port, self._owner, wire.TXT, self._timing.answer)
        except (OSError, wire.WireError):
            return False
        if answer.flags & wire.FLAG_TRUNCATED:
            return True
        return any(self._is_mine(record.data) for record in answer.answer)


def is_refusal(error: Exception) -> bool:
    """True when trying again soon is of no use."""
    if isinstance(error, exchange.Refused):
        return error.rcode == wire.REFUSED
    return isinstance(error, wire.KeyRefused)


class Log:
    """A log file that never grows beyond twice its limit: the full one is kept as `.1`."""

    def __init__(self, path: str, limit_bytes: int = LOG_LIMIT_BYTES) -> None:
        self._path = path
        self._limit = limit_bytes

    def __call__(self, text: str) -> None:
        line = "%s %s\n" % (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text.replace("\n", " ")[:500])
        try:
            if os.path.exists(self._path) and os.path.getsize(self._path) + len(line) > self._limit:
                os.replace(self._path, self._path + ".1")
            with open(self._path, "a", encoding="utf-8") as file:
                file.write(line)
        except OSError:
            # A full or read-only disk must not end the lease.
            pass


def load_config(path: str) -> Optional[Config]:
    """None when there is no such file: this instance has no DNS."""
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except FileNotFoundError:
        return None
    return Config.from_json(document)


class Paused(BaseException):
    """The instance is to be stopped soon, and nobody shall be sent to it any more."""


def _pause(_signal: int, _frame: object) -> None:
    # A second one must not interrupt the withdrawal that the first one led to.
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    raise Paused()


def _stop(_signal: int, _frame: object) -> None:
    # Only the first counts: the withdrawal must not be interrupted by a second one.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(0)


def main(timing: Timing = Timing()) -> int:
    log = Log(LOG_FILE)
    try:
        config = load_config(CONFIG)
    except (OSError, ValueError, KeyError, TypeError) as error:
        log("%s cannot be used: %r" % (CONFIG, error))
        return 1
    if config is None:
        return 0
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    client = Client(config, log, timing)
    try:
        while True:
            _hold_until_paused(client)
            log("asked to withdraw its names")
            _withdraw(client, log)
            time.sleep(timing.pause)
            log("still here after %g s: taking the names back" % timing.pause)
    except SystemExit:
        pass
    except Exception as error:
        log("ended by a defect, please report: %r" % error)
        raise
    finally:
        _withdraw(client, log)
    return 0


def _hold_until_paused(client: Client) -> None:
    try:
        signal.signal(signal.SIGUSR1, _pause)
        _write_pid(PID_FILE)
        client.run()
    except Paused:
        pass


def _withdraw(client: Client, log: Log) -> None:
    try:
        client.withdraw()
        log("withdrawn")
    except (OSError, wire.WireError, wire.ServerTime, exchange.Refused) as error:
        log("not withdrawn, the names go when the lease ends: %s" % error)


def _write_pid(path: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write("%d\n" % os.getpid())
