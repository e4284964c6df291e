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
import struct
import tempfile
import threading
import time
import unittest
from typing import Callable, List, Optional

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PYTHON = "rootfs/usr/local/lib/dockerops/python"
SOURCES = [os.path.join(ROOT, "base-image", image, PYTHON) for image in ("base", "dns")]
sys.path[:0] = [source for source in SOURCES if source not in sys.path]
sys.dont_write_bytecode = True

from dockerops_dns import cli, exchange, instance_key, lease as leases, named_files, prepare  # noqa: E402
from dockerops_dns import settings, wire  # noqa: E402
from dockerops_dns.client import Client, Config, Timing as ClientTiming  # noqa: E402
from dockerops_dns.derive import Lease  # noqa: E402
from dockerops_dns.lease import Renewal  # noqa: E402
from dockerops_dns.paths import Paths, Ports  # noqa: E402
from dockerops_dns.wire import Change, Key, Record  # noqa: E402

ZONE = "local.zone"
SERVER = "127.0.0.1"
CLIENT_TIMING = ClientTiming(
    renew=0.6, look=0.2, first_retry=0.05, last_retry=0.3, refused_retry=0.5, answer=2.0, withdraw=2.0)
ARBITER_TIMING = dict(lease=2.0, look=0.1, look_project_key=0.05, engine=0.3, expire=0.1, retry=0.05, last_retry=0.2,
                      not_served=1.0, rebuild_again=3.0, readmit=1.0, grace=0.0)


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
    command = ["/usr/bin/python3", "-I", "-S", "-c", program]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


class Server:
    """One dns instance. `start` and `kill` act on named or the arbiter; nothing supervises them."""

    def __init__(self, networks: Optional[List[str]] = None, engine_port: int = 0,
                 arbiter_timing: Optional[dict] = None) -> None:
        self.directory = tempfile.mkdtemp(prefix="dockerops-dns-test-")
        os.chmod(self.directory, 0o755)
        self.port = free_port()
        self.paths = Paths(os.path.join(self.directory, "zones"), os.path.join(self.directory, "run"))
        self.lease_port = free_port()
        secret = base64.b64encode(secrets.token_bytes(32)).decode()
        self.key_document = {"name": "dockerops", "algorithm": "hmac-sha256", "secret": secret}
        self.key = Key.from_json(self.key_document)
        self.document = {
            "zone": ZONE, "key": self.key_document, "address": "10.9.0.2", "networks": networks or ["10.9.0.0/24"],
            "self": {"service": "dockerops-dns", "instance": "master", "container": "demo-dns"}, "containers": "demo-",
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
        config = settings.load_server_config(self.config_file)
        ports = Ports(self.port, self.lease_port)
        around = named_files.Surroundings([], None)
        prepare.prepare(config, self.paths, around, None, (owner.pw_uid, owner.pw_gid), ports, SERVER)
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
            "from dockerops_dns import run_arbiter; from dockerops_dns.arbiter import Timing\n"
            "from dockerops_dns.paths import Paths\n"
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
        found = self.records(wire.reverse_name(address), wire.PTR)
        return sorted(wire.decode_name(record.data, 0)[0] for record in found)

    def texts(self, name: str) -> List[bytes]:
        return [record.data for record in self.records(leases.lease_owner(name, ZONE), wire.TXT)]

    def call(self, *arguments: str) -> dict:
        """A call of dockerops-dns, in this process."""
        return cli.dispatch(list(arguments), self.paths)

    def connect(self, key: Optional[Key] = None, clock: Callable[[], float] = time.time) -> exchange.Connection:
        return exchange.Connection(SERVER, self.port, key or self.key, clock, 3.0)

    def secret(self, name: str) -> Key:
        """One of the keys that are made at each start."""
        with open(self.paths.settings, encoding="utf-8") as file:
            return Key.from_json(json.load(file)[name])

    def instance_key(self, service: str, instance: str, project_key: Optional[Key] = None, **more: object) -> Key:
        return instance_key.instance_key(project_key or self.key, key_name(service, instance, **more))

    def client(self, service: str, instance: str, clock: Callable[[], float] = time.time,
               log: Callable[[str], None] = lambda _: None, key: Optional[Key] = None, policy: str = "APPEND",
               service_ip: Optional[str] = "10.9.0.7", near: bool = False, start: int = 1) -> Client:
        """A client in this process, of which the test calls `renew` and `withdraw` itself."""
        made = self.instance_key(service, instance, policy=policy, service_ip=service_ip, near=near, start=start)
        config = Config(SERVER, self.port, ZONE, key or made, service, instance, policy, service_ip, near)
        return Client(config, log, CLIENT_TIMING, clock)

    def document_of(self, service: str, instance: str, policy: str = "APPEND", service_ip: Optional[str] = "10.9.0.7",
                    key: Optional[Key] = None) -> dict:
        """A dns.json."""
        made = key or self.instance_key(service, instance, policy=policy, service_ip=service_ip)
        return {
            "server": SERVER, "port": self.port, "zone": ZONE, "key": prepare.key_json(made), "service": service,
            "instance": instance, "policy": policy, "service_ip": service_ip, "same_network": False,
        }

    def update(self, key: Key, *changes: Change, zone: str = leases.lease_zone(ZONE)) -> None:
        with self.connect(key) as connection:
            connection.update(zone, list(changes))

    def put(self, service: str, instance: str, renewal: Renewal, **more: object) -> None:
        """Renews a lease with the instance's own key."""
        key = self.instance_key(service, instance, **more)
        self.update(key, Change(True, lease_record(service, instance, renewal)))


def key_name(service: str, instance: str, policy: str = "APPEND", service_ip: Optional[str] = "10.9.0.7",
             near: bool = False, start: int = 1) -> str:
    address = service_ip.replace(".", "-") if service_ip else "own" if near else "none"
    return ".".join((instance, service, str(start), policy.lower(), "near" if near else "far", address))


def lease_record(service: str, instance: str, renewal: Renewal) -> Record:
    owner = leases.lease_owner("%s-%s" % (service, instance), ZONE)
    return Record(owner, wire.TXT, 1, leases.format_renewal(renewal))


def renewal(boot: str = "b1", counter: int = 1, up: float = 0.0, own: Optional[str] = None) -> Renewal:
    return Renewal(boot, counter, up, own)


def lease(service: str = "web", instance: str = "one", policy: str = "APPEND", start: int = 1,
          address: Optional[str] = "10.9.0.7", container: Optional[str] = None, is_held: bool = False,
          has_project_key: bool = False) -> Lease:
    return Lease(service, instance, policy, start, address, container, is_held, has_project_key)


def near(service: str = "web", instance: str = "one", **more: object) -> Lease:
    """Of a container on the server's engine and network, found at its own address."""
    return lease(service, instance, address=None, container="demo-%s-%s" % (service, instance), **more)


class ServerTest(unittest.TestCase):
    networks = None
    engine_port = 0
    timing: dict = {}

    def setUp(self):
        self.server = Server(self.networks, self.engine_port, self.timing)
        self.addCleanup(self.server.close)
        self.server.start()

    def becomes(self, name: str, *addresses: str, limit: float = 8.0):
        try:
            eventually(lambda: self.server.addresses(name) == sorted(addresses), limit)
        except AssertionError:
            found = self.server.addresses(name)
            self.fail("%s is %s, not %s\n%s" % (name, found, addresses, self.server.log_text()[-2000:]))

    def stays(self, name: str, *addresses: str, seconds: float = 0.5):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.assertEqual(self.server.addresses(name), sorted(addresses))
            time.sleep(0.05)

    def run_client(self, client: Client) -> threading.Event:
        """Runs a client as in an instance, until the returned event is set: then it is killed, not withdrawn."""
        killed = threading.Event()

        class Killed(BaseException):
            pass

        real = client.renew

        def renew():
            if killed.is_set():
                raise Killed
            return real()

        def body():
            try:
                client.run()
            except Killed:
                return

        client.renew = renew
        thread = threading.Thread(target=body, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 3)
        self.addCleanup(killed.set)
        return killed


class FakeEngine:
    """Answers for container names as the engine's resolver does; `mute` is one that does not answer at all."""

    def __init__(self) -> None:
        self.addresses = {"demo-dns": "10.9.0.2"}
        self.is_mute = False
        self.forwards_into_the_void = False
        self.port = free_port()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((SERVER, self.port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                query, caller = self._socket.recvfrom(4096)
            except OSError:
                return
            name = wire.decode_name(query, 12)[0]
            address = self.addresses.get(name)
            if self.is_mute or (address is None and self.forwards_into_the_void):
                continue
            answer = b""
            if address:
                answer = b"\xc0\x0c" + struct.pack("!2HIH", wire.A, 1, 600, 4) + wire.pack_address(address)
            header = query[:2] + struct.pack("!5H", 0x8180 if address else 0x8183, 1, 1 if address else 0, 0, 0)
            self._socket.sendto(header + query[12:] + answer, caller)

    def close(self) -> None:
        self._socket.close()


def hold(server: Server, **fields: object) -> dict:
    """Holds a lease as dockerops does for an instance without a client."""
    lease = {"service": "pg", "instance": "main", "address": "10.9.0.20", "container": "demo-pg-main", **fields}
    return server.call("hold", json.dumps(lease))
