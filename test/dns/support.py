"""A real named and the arbiter on loopback, as the dns image runs them, with short intervals."""

import base64
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from typing import Callable, List, Optional

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCES = [os.path.join(ROOT, "base-image", image, "rootfs/usr/local/lib/dockerops/python") for image in ("base", "dns")]
sys.path[:0] = [source for source in SOURCES if source not in sys.path]
sys.dont_write_bytecode = True

from dockerops_dns import cli, exchange, lease as leases, prepare, settings, wire  # noqa: E402
from dockerops_dns.client import Client, Config, Timing as ClientTiming  # noqa: E402
from dockerops_dns.paths import Paths  # noqa: E402
from dockerops_dns.wire import Change, Key, Record  # noqa: E402

ZONE = "local.zone"
SERVER = "127.0.0.1"
CLIENT_TIMING = ClientTiming(renew=0.6, look=0.2, first_retry=0.05, last_retry=0.3, refused_retry=0.5, answer=2.0, withdraw=2.0)
ARBITER_TIMING = dict(lease=2.0, look=0.03, look_reverse=0.1, engine=0.3, expire=0.1, retry=0.05, last_retry=0.2,
                      not_served=1.0, rebuild_again=3.0, readmit=1.0)


def eventually(check: Callable[[], object], limit: float = 8.0, what: str = "") -> object:
    """Returns the first true answer of `check`; AssertionError after `limit` seconds."""
    deadline = time.monotonic() + limit
    while True:
        answer = check()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError("not within %g s: %s" % (limit, what or check))
        time.sleep(0.02)


def free_port() -> int:
    """A port that is free for TCP and UDP, and below those that the system gives to any socket in the meantime."""
    while True:
        port = 12000 + secrets.randbelow(20000)
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind((SERVER, port))
                udp.bind((SERVER, port))
            except OSError:
                continue
            return port


def python(code: str, log) -> subprocess.Popen:
    program = "import sys; sys.dont_write_bytecode = True; sys.path[:0] = %r\n%s" % (SOURCES, code)
    return subprocess.Popen(["/usr/bin/python3", "-I", "-S", "-c", program], stdin=subprocess.DEVNULL, stdout=log, stderr=log)


class Server:
    """One dns instance. `start` and `kill` act on named or the arbiter; nothing supervises them."""

    def __init__(self, networks: Optional[List[str]] = None, engine_port: int = 0, arbiter_timing: Optional[dict] = None) -> None:
        self.directory = tempfile.mkdtemp(prefix="dockerops-dns-test-")
        os.chmod(self.directory, 0o755)
        self.port = free_port()
        self.paths = Paths(os.path.join(self.directory, "zones"), os.path.join(self.directory, "run"))
        self.key_document = {"name": "dockerops-client", "algorithm": "hmac-sha256", "secret": base64.b64encode(secrets.token_bytes(32)).decode()}
        self.key = Key.from_json(self.key_document)
        self.document = {
            "zone": ZONE, "key": self.key_document, "address": "10.9.0.2", "networks": networks or ["10.9.0.0/24", "127.0.0.0/24"],
            "self": {"service": "dockerops-dns", "instance": "master", "container": "demo-dns"},
        }
        self.config_file = os.path.join(self.directory, "dns-server.json")
        with open(self.config_file, "w", encoding="utf-8") as file:
            json.dump(self.document, file)
        self.log = open(os.path.join(self.directory, "log"), "ab")
        self.timing = {**ARBITER_TIMING, **(arbiter_timing or {})}
        self.engine_port = engine_port
        self.named: Optional[subprocess.Popen] = None
        self.arbiter: Optional[subprocess.Popen] = None
        self.prepare()

    def prepare(self) -> None:
        user = pwd.getpwuid(os.getuid())
        self.user = "bind" if user.pw_uid == 0 else user.pw_name
        owner = pwd.getpwnam(self.user)
        prepare.prepare(settings.load_server_config(self.config_file), self.paths, "", owner.pw_uid, owner.pw_gid, self.port, SERVER)
        if self.engine_port:
            with open(self.paths.settings, encoding="utf-8") as file:
                document = json.load(file)
            document.update(resolver=SERVER, resolver_port=self.engine_port)
            with open(self.paths.settings, "w", encoding="utf-8") as file:
                json.dump(document, file)

    def start(self) -> "Server":
        # The socket of an arbiter that was killed would be taken for the new one's.
        if os.path.exists(self.paths.socket):
            os.unlink(self.paths.socket)
        self.start_named()
        self.start_arbiter()
        eventually(lambda: self.addresses("dns"), what="the zone is served")
        eventually(lambda: os.path.exists(self.paths.socket), what="the arbiter listens")
        return self

    def start_named(self) -> None:
        self.named = python(
            "from dockerops_dns import run_named; from dockerops_dns.paths import Paths\n"
            "run_named.main(%r, Paths(*%r), %r)" % (self.config_file, tuple(self.paths), self.user), self.log)

    def start_arbiter(self) -> None:
        self.arbiter = python(
            "from dockerops_dns import run_arbiter; from dockerops_dns.arbiter import Timing; from dockerops_dns.paths import Paths\n"
            "run_arbiter.main(Paths(*%r), Timing(**%r))" % (tuple(self.paths), self.timing), self.log)

    def kill(self, process: Optional[subprocess.Popen], how: int = signal.SIGKILL) -> None:
        if process is not None and process.poll() is None:
            process.send_signal(how)
            process.wait(10)

    def close(self) -> None:
        self.kill(self.arbiter)
        self.kill(self.named)
        self.log.close()
        shutil.rmtree(self.directory)

    def log_text(self) -> str:
        with open(os.path.join(self.directory, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def records(self, name: str, record_type: int) -> List[Record]:
        try:
            answer = exchange.ask(SERVER, self.port, name, record_type, 1.0)
        except OSError:
            return []
        return [record for record in answer.answer if record.type == record_type]

    def addresses(self, name: str, record_type: int = wire.A) -> List[str]:
        return sorted(wire.unpack_address(record.data) for record in self.records("%s.%s" % (name, ZONE), record_type))

    def pointers(self, address: str) -> List[str]:
        return sorted(wire.decode_name(record.data, 0)[0] for record in self.records(wire.reverse_name(address), wire.PTR))

    def texts(self, name: str) -> List[bytes]:
        return [record.data for record in self.records(leases.lease_owner(name, ZONE), wire.TXT)]

    def call(self, *arguments: str) -> dict:
        """A call of dockerops-dns, in this process."""
        return cli.dispatch(list(arguments), self.paths)

    def connect(self, key: Optional[Key] = None, clock: Callable[[], float] = time.time) -> exchange.Connection:
        return exchange.Connection(SERVER, self.port, key or self.key, clock, 3.0)

    def arbiter_key(self) -> Key:
        with open(self.paths.settings, encoding="utf-8") as file:
            return Key.from_json(json.load(file)["key"])

    def client_config(self, service: str, instance: str, **more: object) -> Config:
        fields = dict(service=service, instance=instance, policy="APPEND", service_ip="10.9.0.7", same_network=False, container=None)
        fields.update(more)
        return Config(server=SERVER, port=self.port, zone=ZONE, key=fields.pop("key", self.key), **fields)

    def client(self, service: str, instance: str, clock: Callable[[], float] = time.time, log: Callable[[str], None] = lambda _: None, **more: object) -> Client:
        """A client in this process, of which the test calls `renew` and `withdraw` itself."""
        return Client(self.client_config(service, instance, **more), log, CLIENT_TIMING, clock)

    def put(self, *held: leases.Lease) -> None:
        """Adds leases as they are."""
        with self.connect() as connection:
            connection.update(ZONE, [Change(True, Record(leases.lease_owner(one.name, ZONE), wire.TXT, 1, leases.format_lease(one))) for one in held])


def lease(service: str = "web", instance: str = "one", address: Optional[str] = "10.9.0.7", policy: str = "APPEND", boot: str = "b1",
          counter: int = 1, up: float = 0.0, held_by: str = "client", container: Optional[str] = None, own: Optional[str] = None) -> leases.Lease:
    return leases.Lease(service, instance, address, policy, boot, counter, up, held_by, container, own)
