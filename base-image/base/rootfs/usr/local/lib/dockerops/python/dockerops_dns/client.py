"""The DNS client of an instance: holds its lease for as long as the instance runs.

Started in the background by the entrypoint in every mode of running, and never in the way of the start. It is
told what to hold by /etc/dockerops/dns.json and publishes nothing itself: the arbiter beside the server does.
A lease counts as held only when the server said NOERROR, signed, and a query then showed it.
"""

import json
import os
import signal
import sys
import time
from typing import Callable, List, NamedTuple, Optional

from . import exchange, lease as leases, wire
from .wire import Change, Key, Record

CONFIG = "/etc/dockerops/dns.json"
PID_FILE = "/run/dockerops/on-stop/dns-client.pid"
LOG_FILE = "/var/log/dockerops-dns-client.log"
LOG_LIMIT_BYTES = 128 * 1024


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
    server: str
    port: int
    zone: str
    key: Key
    service: str
    instance: str
    policy: str
    service_ip: Optional[str]
    same_network: bool
    container: Optional[str]

    @staticmethod
    def from_json(document: dict) -> "Config":
        """KeyError or ValueError when the document is not what the contract says."""
        return Config(
            str(document["server"]), int(document.get("port", 53)), wire.canonical(document["zone"]),
            Key.from_json(document["key"]), document["service"], document["instance"], document.get("policy") or leases.APPEND,
            document.get("service_ip"), document.get("same_network") is True, document.get("container"),
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
        # Every value of ours that may be in the zone. More than one only after answers that did not arrive.
        self._sent: List[bytes] = []
        self._hidden_why = ""

    def run(self) -> None:
        """Holds the lease until an exception (the signal handler's SystemExit) ends it."""
        failures = 0
        last_problem = ""
        while True:
            try:
                address = self.renew()
            except (OSError, wire.WireError, wire.ServerTime, exchange.Refused) as error:
                failures += 1
                wait = self._retry_wait(error, failures)
                problem = "%s" % error
                if problem != last_problem or failures % 100 == 0:
                    last_problem = problem
                    self._log("not registered: %s; trying again, next in %.1f s" % (problem, wait))
                time.sleep(wait)
                continue
            if failures or self._counter == 1:
                self._log("registered as %s%s" % (self._owner, " with address %s" % address if address else ", publishing nothing"))
            failures, last_problem = 0, ""
            self._rest()

    def renew(self) -> Optional[str]:
        """Sends the lease with the next counter and sees it in the zone. Returns the address that it claims."""
        self._counter += 1
        with exchange.Connection(self._config.server, self._config.port, self._config.key, self._now, self._timing.answer) as connection:
            lease = self._lease(connection.own_address)
            data = leases.format_lease(lease)
            changes = [Change(False, self._record(old)) for old in self._sent] + [Change(True, self._record(data))]
            # From here on the value may be in the zone, whatever we hear of it.
            self._sent = self._sent[-7:] + [data]
            try:
                connection.update(self._config.zone, changes)
            except wire.ServerTime as told:
                self._set_clock(told)
                connection.update(self._config.zone, changes)
            mine = [record.data for record in connection.query(self._owner, wire.TXT) if self._is_mine(record.data)]
        if data not in mine:
            raise wire.WireError("the server said NOERROR but does not have the lease")
        self._sent = mine
        return lease.address if lease.policy != leases.HIDE else None

    def withdraw(self) -> None:
        """Takes everything of ours out of the zone; what another start of the instance holds stays."""
        changes = [Change(False, self._record(data)) for data in self._sent]
        if not changes:
            return
        with exchange.Connection(self._config.server, self._config.port, self._config.key, self._now, self._timing.withdraw) as connection:
            connection.update(self._config.zone, changes)
        self._sent = []

    def _lease(self, own_address: str) -> leases.Lease:
        config = self._config
        address, policy = config.service_ip, config.policy
        if address is None and config.same_network:
            address = own_address
        elif address is None:
            policy = leases.HIDE
        if policy == leases.HIDE and config.policy != leases.HIDE and not self._hidden_why:
            self._hidden_why = "nothing is published: the server is not on this engine and network, and SERVICE_IP is not set"
            self._log("warning: " + self._hidden_why)
        near = config.same_network
        return leases.Lease(
            config.service, config.instance, address, policy, self._boot, self._counter, self._steady() - self._started,
            leases.CLIENT, config.container if near else None, own_address if near and config.container else None,
        )

    def _record(self, data: bytes) -> Record:
        return Record(self._owner, wire.TXT, leases.LEASE_TTL, data)

    def _is_mine(self, data: bytes) -> bool:
        return b"boot=" + self._boot.encode() in data

    def _now(self) -> float:
        return self._wall() + self._clock_offset

    def _set_clock(self, told: wire.ServerTime) -> None:
        self._clock_offset = round(told.seconds - self._wall())
        self._log("this machine's clock is %d s off the server's; signing with the server's time" % -self._clock_offset)

    def _retry_wait(self, error: Exception, failures: int) -> float:
        is_refused = isinstance(error, wire.KeyRefused) or isinstance(error, exchange.Refused) and error.rcode == wire.REFUSED
        last = self._timing.refused_retry if is_refused else self._timing.last_retry
        wait = min(last, self._timing.first_retry * 2 ** min(failures - 1, 16))
        return wait * _spread(0.8, 1.2)

    def _rest(self) -> None:
        """Waits until the next renewal is due, or until the server does not have the lease any more."""
        due = self._steady() + self._timing.renew * _spread(0.9, 1.0)
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


def _spread(low: float, high: float) -> float:
    """A random factor, so that many clients do not come all at once. (The random module would cost half a megabyte.)"""
    return low + (high - low) * os.urandom(1)[0] / 255


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
            log("told to let go")
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
        log("not withdrawn, the server will notice by itself: %s" % error)


def _write_pid(path: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write("%d\n" % os.getpid())
