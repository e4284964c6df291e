"""A real named and the arbiter: what clients and dockerops see, also after faults. Times are shortened, nothing is faked but the engine."""

import json
import os
import socket
import struct
import subprocess
import threading
import time
import unittest
from unittest import mock

from support import (
    ARBITER_TIMING, SERVER, SOURCES, ZONE, Change, Client, Key, Record, Server, cli, eventually, exchange, free_port, lease, leases, python, settings, wire,
)
from dockerops_dns import client as clients, lease_calls, run_arbiter
from dockerops_dns.arbiter import Arbiter, Timing


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
            self.fail("%s is %s, not %s\n%s" % (name, self.server.addresses(name), addresses, self.server.log_text()[-2000:]))

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


class Names(ServerTest):
    def test_a_lease_becomes_names_and_they_go_when_it_is_not_renewed(self):
        client = self.server.client("web", "one")
        killed = self.run_client(client)
        self.becomes("web-one", "10.9.0.7")
        self.becomes("web", "10.9.0.7")
        eventually(lambda: self.server.pointers("10.9.0.7") == ["web-one." + ZONE])
        self.stays("web", "10.9.0.7", seconds=3.0)
        killed.set()
        self.becomes("web", limit=4)
        self.becomes("web-one")
        eventually(lambda: not self.server.texts("web-one"), what="the dead lease is removed")
        eventually(lambda: not self.server.pointers("10.9.0.7"))

    def test_the_answers_live_for_seconds(self):
        self.server.client("web", "one").renew()
        self.becomes("web", "10.9.0.7")
        self.assertEqual({record.ttl for record in self.server.records("web." + ZONE, wire.A)}, {5})
        soa = exchange.ask(SERVER, self.server.port, ZONE, wire.SOA, 1.0).answer[0]
        self.assertEqual(struct.unpack("!I", soa.data[-4:])[0], 1)
        self.assertEqual(self.server.addresses("dns"), ["10.9.0.2"])

    def test_policies(self):
        self.server.client("web", "one", service_ip="10.9.0.11").renew()
        self.server.client("web", "two", service_ip="10.9.0.12").renew()
        self.becomes("web", "10.9.0.11", "10.9.0.12")
        new = self.server.client("web", "three", service_ip="10.9.0.13", policy="REPLACE")
        new.renew()
        self.becomes("web", "10.9.0.13")
        newest = self.server.client("web", "four", service_ip="10.9.0.14", policy="REPLACE")
        newest.renew()
        self.becomes("web", "10.9.0.14")
        self.server.client("web", "five", service_ip="10.9.0.15", policy="HIDE").renew()
        newest.withdraw()
        self.becomes("web", "10.9.0.13")
        new.withdraw()
        self.becomes("web", "10.9.0.11", "10.9.0.12")
        self.assertEqual(self.server.addresses("web-five"), [])

    def test_one_of_two_leaves_and_the_other_stays(self):
        one, two = self.server.client("web", "one", service_ip="10.9.0.11"), self.server.client("web", "two", service_ip="10.9.0.12")
        threads = [threading.Thread(target=client.renew) for client in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.becomes("web", "10.9.0.11", "10.9.0.12")
        one.withdraw()
        self.becomes("web", "10.9.0.12")
        self.becomes("web-one")

    def test_a_new_start_takes_over_and_its_predecessors_withdrawal_does_not_harm_it(self):
        old = self.server.client("web", "one", service_ip="10.9.0.11")
        old.renew()
        self.becomes("web-one", "10.9.0.11")
        self.server.client("web", "one", service_ip="10.9.0.12").renew()
        self.becomes("web-one", "10.9.0.12")
        old.withdraw()
        self.stays("web-one", "10.9.0.12")

    def test_without_a_publishable_address_the_instance_hides_and_says_so(self):
        said = []
        client = self.server.client("web", "one", log=said.append, service_ip=None)
        self.assertIsNone(client.renew())
        self.assertIn("nothing is published", said[0])
        eventually(lambda: self.server.call("why", "web")["claims"])
        self.assertEqual(self.server.call("why", "web")["claims"][0]["reason"], "HIDE publishes nothing")

    def test_on_the_same_network_the_own_address_is_published(self):
        self.assertEqual(self.server.client("web", "one", service_ip=None, same_network=True).renew(), SERVER)
        self.becomes("web", SERVER)


class Faults(ServerTest):
    # None of these is about leases that end: a slow machine must not end one.
    timing = {"lease": 60.0}

    def renewers(self, count: int, threads: int = 4):
        """Renews `count` leases round and round until stopped; failures are what the test makes happen."""
        clients = [self.server.client("web", "i%d" % n, service_ip="10.9.%d.%d" % (n // 250 + 1, n % 250 + 1)) for n in range(count)]
        stop = threading.Event()
        renewals = [0]

        def body(mine):
            while not stop.is_set():
                for client in mine:
                    if stop.is_set():
                        return
                    try:
                        client.renew()
                        renewals[0] += 1
                    except OSError:
                        time.sleep(0.02)
                    except (wire.WireError, exchange.Refused):
                        time.sleep(0.02)

        running = [threading.Thread(target=body, args=(clients[n::threads],), daemon=True) for n in range(threads)]
        for thread in running:
            thread.start()

        def end():
            stop.set()
            for thread in running:
                thread.join(5)
        self.addCleanup(end)
        return clients, renewals, end

    def all_there(self, count: int) -> bool:
        if len(self.server.call("why", "web")["addresses"]) != count:
            return False
        return self.server.call("check")["ok"]

    def answered(self, count: int) -> bool:
        try:
            return self.all_there(count)
        except cli.Failed:
            return False

    def test_kill_9_of_named_during_200_renewals_ends_with_a_true_zone(self):
        _, renewals, end = self.renewers(200)
        eventually(lambda: self.answered(200), 20, "200 names")
        for _ in range(3):
            before = renewals[0]
            eventually(lambda: renewals[0] > before + 60, 10)
            self.server.kill(self.server.named)
            self.server.start_named()
        eventually(lambda: self.answered(200), 20, "200 names after kills")
        end()

    def test_kill_9_of_the_arbiter_during_200_renewals_ends_with_a_true_zone(self):
        clients, renewals, end = self.renewers(200)
        for _ in range(4):
            before = renewals[0]
            eventually(lambda: renewals[0] > before + 40, 10)
            self.server.kill(self.server.arbiter)
            self.server.start_arbiter()
        eventually(lambda: self.answered(200), 20, "200 names after kills")
        end()
        for client in clients[:100]:
            client.withdraw()
        eventually(lambda: self.answered(100), 20, "100 names after 100 withdrawals")

    def test_order_survives_the_arbiter(self):
        for number, name in enumerate(("one", "two", "three")):
            self.server.client("web", name, service_ip="10.9.0.1%d" % number, policy="REPLACE").renew()
            self.becomes("web", "10.9.0.1%d" % number)
        self.server.kill(self.server.arbiter)
        self.server.start_arbiter()
        self.stays("web", "10.9.0.12", seconds=1.0)
        self.server.call("withdraw", "web-three")
        self.assertEqual(self.server.addresses("web"), ["10.9.0.11"])

    def test_a_withdrawal_and_a_death_while_the_arbiter_is_away_are_seen(self):
        client = self.server.client("web", "one")
        client.renew()
        self.becomes("web", "10.9.0.7")
        self.server.kill(self.server.arbiter)
        client.withdraw()
        self.stays("web", "10.9.0.7", seconds=0.2)
        self.server.start_arbiter()
        self.becomes("web")

    def corrupt(self, how):
        path = self.server.paths.zone_file(ZONE) + ".jnl"
        self.assertTrue(os.path.exists(path))
        with open(path, "r+b") as file:
            how(file)

    def corruptions(self):
        def tail(file):
            file.truncate(os.fstat(file.fileno()).st_size - 37)

        def header(file):
            file.write(b"\xff" * 64)

        def middle(file):
            file.seek(os.fstat(file.fileno()).st_size // 2)
            file.write(os.urandom(200))

        def empty(file):
            file.truncate(0)

        return [tail, header, middle, empty]

    def test_a_corrupt_journal_is_dropped_and_the_zone_derived_anew(self):
        self.server.client("web", "one").renew()
        self.server.call("hold", json.dumps({"service": "pg", "instance": "main", "address": "10.9.0.20", "policy": "APPEND"}))
        self.becomes("web", "10.9.0.7")
        for how in self.corruptions():
            with self.subTest(how.__name__):
                self.server.kill(self.server.named)
                self.corrupt(how)
                self.server.start_named()
                eventually(lambda: self.server.addresses("dns"), what="the zone is served")
                self.becomes("web", "10.9.0.7")
                self.becomes("pg", "10.9.0.20")

    def test_a_corrupt_journal_found_after_a_restart_of_everything(self):
        self.server.call("hold", json.dumps({"service": "pg", "instance": "main", "address": "10.9.0.20", "policy": "APPEND"}))
        self.server.kill(self.server.arbiter)
        self.server.kill(self.server.named)
        self.corrupt(self.corruptions()[1])
        self.server.prepare()
        self.server.start()
        self.becomes("pg", "10.9.0.20")

    def test_a_zone_that_named_does_not_serve_is_begun_anew_by_the_arbiter(self):
        self.server.call("hold", json.dumps({"service": "pg", "instance": "main", "address": "10.9.0.20", "policy": "APPEND"}))
        self.server.kill(self.server.named)
        conf, zone_file = self.server.paths.named_conf, self.server.paths.zone_file(ZONE)
        log = self.server.log
        os.unlink(zone_file + ".jnl")
        with open(zone_file, "w", encoding="ascii") as file:
            file.write("not a zone\n")
        # Started without the check that would have found it.
        self.server.named = subprocess.Popen(["/usr/sbin/named", "-f", "-u", self.server.user, "-c", conf], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.assertEqual(self.server.named.wait(10), 0)
        self.server.start_named()
        self.becomes("pg", "10.9.0.20")

    def test_a_wrong_key_is_refused_said_and_harms_nobody(self):
        said = []
        wrong = Key(self.server.key.name, "hmac-sha256", b"w" * 32)
        self.run_client(self.server.client("web", "two", log=said.append, key=wrong, service_ip="10.9.0.66"))
        self.run_client(self.server.client("web", "three", key=Key("stranger", "hmac-sha256", b"w" * 32), service_ip="10.9.0.67"))
        self.run_client(self.server.client("web", "one"))
        self.becomes("web", "10.9.0.7")
        eventually(lambda: said)
        self.assertIn("refuses the key", said[0])
        self.stays("web", "10.9.0.7")
        self.assertEqual(len(said), 1, "the same failure is said once")

    def test_a_clock_ten_minutes_off_does_not_matter(self):
        for offset in (600, -600):
            said = []
            client = self.server.client("web", "one" if offset > 0 else "two", clock=lambda: time.time() + offset, log=said.append)
            client.renew()
            self.assertRegex(said[0], r"clock is %s(599|600|601) s off" % ("-" if offset < 0 else ""))
            client.renew()
        self.becomes("web", "10.9.0.7")
        client.withdraw()
        self.becomes("web-two")

    def test_a_server_that_comes_later_goes_away_and_is_lost_gets_its_leases(self):
        self.server.kill(self.server.named)
        self.server.kill(self.server.arbiter)
        self.run_client(self.server.client("web", "one"))
        time.sleep(0.3)
        self.server.start()
        self.becomes("web", "10.9.0.7")
        self.server.kill(self.server.named)
        self.server.kill(self.server.arbiter)
        for entry in os.scandir(self.server.paths.zones):
            os.unlink(entry.path)
        self.server.prepare()
        self.server.start()
        self.becomes("web", "10.9.0.7", limit=3)

    def test_another_address_of_the_server_is_published_from_the_same_volume(self):
        self.server.kill(self.server.named)
        self.server.kill(self.server.arbiter)
        self.server.document["address"] = "10.9.0.3"
        with open(self.server.config_file, "w", encoding="utf-8") as file:
            json.dump(self.server.document, file)
        self.server.prepare()
        self.server.start()
        self.becomes("dns", "10.9.0.3")
        self.becomes("dockerops-dns-master", "10.9.0.3")


def hold(server: Server, **fields) -> dict:
    return server.call("hold", json.dumps({"service": "pg", "instance": "main", "address": "10.9.0.20", "policy": "APPEND", **fields}))


class Calls(ServerTest):
    def test_withdraw_is_back_only_when_gone_and_holds_against_renewals(self):
        hold(self.server)
        client = self.server.client("web", "one")
        self.run_client(client)
        self.becomes("web", "10.9.0.7")
        self.assertEqual(self.server.call("withdraw", "web-one", "pg-main"), {"withdrawn": ["web-one", "pg-main"]})
        self.assertEqual((self.server.addresses("web"), self.server.addresses("pg"), self.server.pointers("10.9.0.7")), ([], [], []))
        self.stays("web", seconds=1.5)
        eventually(lambda: self.server.texts("web-one"), what="the client goes on renewing")
        self.assertEqual(self.server.call("why", "web")["claims"][0]["reason"], "withdrawn")

    def test_withdrawing_what_is_not_there_is_no_error(self):
        self.assertEqual(self.server.call("withdraw", "no-body"), {"withdrawn": ["no-body"]})

    def test_await_returns_at_once_or_says_what_is_missing(self):
        hold(self.server)
        self.assertEqual(self.server.call("await", "--timeout", "2", "pg=10.9.0.20", "pg-main", "dns=10.9.0.2")["resolved"], ["pg", "pg-main", "dns"])
        with self.assertRaises(cli.Failed) as caught:
            self.server.call("await", "--timeout", "0.2", "pg=10.9.0.99", "web=10.9.0.1")
        self.assertEqual(caught.exception.code, 3)
        pending = {entry["name"]: entry for entry in caught.exception.document["pending"]}
        self.assertEqual(pending["pg"]["answers"], ["10.9.0.20"])
        self.assertEqual(pending["web"]["claims"], "no lease claims this name")

    def test_the_servers_own_lease_is_of_this_engine(self):
        own = {name["name"]: name["holders"] for name in self.server.call("ps")["names"]}["dockerops-dns-master"]
        self.assertEqual([holder["engine"] for holder in own], ["agrees"])

    def test_wrong_usage_is_told_apart(self):
        for arguments in ([], ["sing"], ["await", "x"], ["await", "--timeout", "x", "y"], ["await", "--timeout", "1", "y=z"], ["hold"], ["hold", "{"],
                          ["hold", "{}"], ["hold", '{"service":"UP","instance":"x","address":"10.0.0.1"}'], ["withdraw"], ["check", "--all"], ["why"]):
            with self.assertRaises(cli.Failed) as caught:
                self.server.call(*arguments)
            self.assertEqual(caught.exception.code, 2, arguments)

    def test_check_finds_and_fixes_what_somebody_else_wrote(self):
        hold(self.server)
        foreign = wire.address_record("intruder." + ZONE, 60, "10.9.0.66")
        missing = wire.address_record("pg." + ZONE, 5, "10.9.0.20")
        with self.server.connect(self.server.arbiter_key()) as connection:
            connection.update(ZONE, [Change(True, foreign), Change(False, missing)])
        report = self.server.call("check", "--fix")
        self.assertTrue(report["fixed"])
        self.assertEqual((self.server.addresses("intruder"), self.server.addresses("pg")), ([], ["10.9.0.20"]))
        self.assertTrue(self.server.call("check")["ok"])

    def test_check_names_what_is_not_a_lease(self):
        with self.server.connect() as connection:
            connection.update(ZONE, [Change(True, Record("x._lease." + ZONE, wire.TXT, 1, wire.txt_data(["hello"])))])
        self.assertEqual(self.server.call("check")["not_leases"], ["x._lease.local.zone is not a lease: unknown version None"])

    def test_a_call_while_named_is_away_says_so_and_does_nothing(self):
        self.server.kill(self.server.named)
        with self.assertRaises(cli.Failed) as caught:
            cli.ask_arbiter({"call": "hold", "leases": [{"service": "pg", "instance": "x", "address": "10.9.0.30"}]}, self.server.paths, 0.5)
        self.assertEqual(caught.exception.code, 1)
        self.server.start_named()
        eventually(lambda: self.server.addresses("dns"))
        self.stays("pg")


class Held(ServerTest):
    timing = {"lease": 0.4}

    def test_held_leases_are_there_on_return_and_outlive_ten_leases(self):
        self.assertEqual(hold(self.server), {"held": ["pg-main"]})
        self.assertEqual(self.server.addresses("pg"), ["10.9.0.20"])
        time.sleep(ten_leases := 10 * 0.4)
        self.assertEqual(self.server.addresses("pg"), ["10.9.0.20"], "after %g s" % ten_leases)
        hold(self.server, address="10.9.0.21")
        self.assertEqual(self.server.addresses("pg"), ["10.9.0.21"])
        self.assertEqual(len(self.server.texts("pg-main")), 1)
        record = self.server.texts("pg-main")
        hold(self.server, address="10.9.0.21")
        self.assertEqual(self.server.texts("pg-main"), record, "holding the same again changes nothing")


class Rights(ServerTest):
    def test_the_clients_key_may_write_leases_only(self):
        address = wire.address_record("web." + ZONE, 5, "10.9.0.66")
        for record in (address, address._replace(name="x._lease." + ZONE), Record("web." + ZONE, wire.TXT, 5, wire.txt_data(["x"])),
                       Record(ZONE, wire.TXT, 5, wire.txt_data(["x"]))):
            with self.assertRaises(exchange.Refused), self.server.connect() as connection:
                connection.update(ZONE, [Change(True, record)])
        with self.assertRaises(exchange.Refused), self.server.connect() as connection:
            connection.update("0.9.10.in-addr.arpa", [Change(True, Record("9.0.9.10.in-addr.arpa", wire.PTR, 5, wire.encode_name("x." + ZONE)))])

    def test_nobody_but_the_arbiter_may_copy_the_zone(self):
        with self.assertRaises(exchange.Refused), self.server.connect() as connection:
            connection.transfer(ZONE)
        with self.server.connect(self.server.arbiter_key()) as connection:
            self.assertGreater(len(connection.transfer(ZONE)), 3)

    def test_what_is_remembered_of_others_is_bounded(self):
        with open(self.server.paths.named_conf, encoding="utf-8") as file:
            self.assertRegex(file.read(), r"max-cache-size [1-9]\d?[Mm];")

    def test_unsigned_updates_are_refused(self):
        with socket.create_connection((SERVER, self.server.port)) as channel:
            request = wire.update(9, ZONE, [Change(True, Record("x-y._lease." + ZONE, wire.TXT, 1, leases.format_lease(lease("x", "y"))))])
            channel.sendall(struct.pack("!H", len(request)) + request)
            answer = wire.parse(channel.recv(4096)[2:])
        self.assertEqual(answer.rcode, wire.REFUSED)
        self.assertEqual(self.server.texts("x-y"), [])

    def test_secrets_are_for_their_user_only(self):
        for path in (self.server.paths.named_conf, self.server.paths.settings):
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(self.server.paths.run).st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(self.server.paths.socket).st_mode & 0o777, 0o600)


class Loop(ServerTest):
    def test_leases_that_come_in_while_the_zone_is_written_are_not_forgotten(self):
        self.server.kill(self.server.arbiter)
        arbiter = Arbiter(run_arbiter.load_settings(self.server.paths), lambda _: None, lambda: None, Timing(**ARBITER_TIMING))
        coming = iter(range(12))
        send = arbiter._send

        def send_while_another_comes(*arguments):
            send(*arguments)
            for number in coming:
                self.server.put(lease(instance="i%d" % number, boot="b%d" % number, address="10.9.0.1%d" % number))
                return

        arbiter._send = send_while_another_comes
        self.server.put(lease(instance="first", address="10.9.0.99"))

        def is_complete():
            arbiter.step()
            return len(self.server.addresses("web")) == 13
        eventually(is_complete, 1.5)


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
            answer = b"\xc0\x0c" + struct.pack("!2HIH", wire.A, 1, 600, 4) + wire.pack_address(address) if address else b""
            flags = 0x8180 if address else 0x8183
            self._socket.sendto(query[:2] + struct.pack("!5H", flags, 1, 1 if address else 0, 0, 0) + query[12:] + answer, caller)

    def close(self) -> None:
        self._socket.close()


class Engine(ServerTest):
    timing = {"lease": 60.0}

    def setUp(self):
        self.engine = FakeEngine()
        self.addCleanup(self.engine.close)
        self.engine_port = self.engine.port
        super().setUp()

    def near(self, instance: str = "one", address: str = "10.9.0.7", **fields):
        self.engine.addresses["demo-web-" + instance] = address
        self.server.put(lease(instance=instance, address=address, own=address, container="demo-web-" + instance, **fields))
        self.becomes("web-" + instance, address)

    def test_a_killed_containers_name_is_gone_in_no_time(self):
        for silent in (False, True):
            with self.subTest(forwards_into_the_void=silent):
                self.engine.forwards_into_the_void = silent
                self.near(boot="b%d" % silent)
                del self.engine.addresses["demo-web-one"]
                self.becomes("web-one", limit=2.5)
                self.assertIn("the engine does not answer", self.server.call("why", "web")["claims"][0]["reason"])

    def test_a_resolver_that_does_not_answer_at_all_proves_nothing(self):
        self.near()
        self.engine.is_mute = True
        self.stays("web-one", "10.9.0.7", seconds=2.0)
        self.engine.is_mute = False
        del self.engine.addresses["demo-dns"]
        self.stays("web-one", "10.9.0.7", seconds=1.0)

    def test_the_one_before_is_back_when_the_newest_of_replace_is_killed(self):
        self.near("one", "10.9.0.11", policy="REPLACE", boot="a")
        self.near("two", "10.9.0.12", policy="REPLACE", boot="b")
        self.becomes("web", "10.9.0.12")
        del self.engine.addresses["demo-web-two"]
        self.becomes("web", "10.9.0.11")

    def test_a_dead_container_is_not_brought_back_by_a_restart_of_the_arbiter(self):
        self.near()
        del self.engine.addresses["demo-web-one"]
        self.becomes("web-one")
        self.server.kill(self.server.arbiter)
        self.server.start_arbiter()
        self.stays("web-one", seconds=1.5)

    def test_a_held_lease_follows_its_restarted_container(self):
        self.engine.addresses["demo-pg"] = "10.9.0.20"
        self.server.call("hold", json.dumps({"service": "pg", "instance": "main", "address": "10.9.0.20", "container": "demo-pg"}))
        self.becomes("pg", "10.9.0.20")
        del self.engine.addresses["demo-pg"]
        self.becomes("pg")
        self.engine.addresses["demo-pg"] = "10.9.0.33"
        self.becomes("pg", "10.9.0.33")
        eventually(lambda: self.server.pointers("10.9.0.33") == ["pg-main." + ZONE])

    def test_a_held_service_ip_stays_and_goes_with_its_container(self):
        self.engine.addresses["demo-pg"] = "10.9.0.20"
        self.server.call("hold", json.dumps({"service": "pg", "instance": "main", "address": "192.168.1.5", "container": "demo-pg"}))
        self.stays("pg", "192.168.1.5", seconds=0.8)
        del self.engine.addresses["demo-pg"]
        self.becomes("pg")


class ClientProcess(ServerTest):
    def client_process(self, document: object, log: str, pause: float = 60.0):
        config, pid = os.path.join(self.server.directory, "dns.json"), os.path.join(self.server.directory, "on-stop", "dns-client.pid")
        if document is not None:
            with open(config, "w", encoding="utf-8") as file:
                json.dump(document, file)
        process = python("from dockerops_dns import client\nclient.CONFIG, client.PID_FILE, client.LOG_FILE = %r\nsys.exit(client.main(client.Timing(pause=%r)))" % ((config, pid, log), pause), self.server.log)
        self.addCleanup(self.server.kill, process)
        return process, pid

    def test_it_registers_writes_its_pid_and_withdraws_on_term(self):
        log = os.path.join(self.server.directory, "client.log")
        process, pid = self.client_process({
            "server": SERVER, "port": self.server.port, "zone": ZONE, "key": self.server.key_document, "service": "web", "instance": "one",
            "policy": "APPEND", "service_ip": None, "same_network": True,
        }, log)
        self.becomes("web", SERVER)
        with open(pid, encoding="ascii") as file:
            self.assertEqual(int(file.read()), process.pid)
        process.terminate()
        self.assertEqual(process.wait(2), 0)
        self.assertEqual(self.server.texts("web-one"), [])
        self.becomes("web")
        with open(log, encoding="utf-8") as file:
            self.assertRegex(file.read(), r"registered as web-one._lease.local.zone with address 127.0.0.1\n.*withdrawn\n")

    def lease_call(self, log: str, *arguments: str):
        """The calls that dockerops makes in the instance."""
        directory = self.server.directory
        with mock.patch.multiple(clients, CONFIG=os.path.join(directory, "dns.json"), PID_FILE=os.path.join(directory, "on-stop", "dns-client.pid"), LOG_FILE=log):
            return lease_calls.dispatch(list(arguments))

    def elsewhere(self, **more: object) -> dict:
        return {"server": SERVER, "port": self.server.port, "zone": ZONE, "key": self.server.key_document, "service": "web", "instance": "one",
                "policy": "APPEND", "service_ip": "10.9.0.7", "same_network": False, **more}

    def test_an_instance_tells_when_it_is_found_lets_go_when_told_and_comes_back_if_nobody_stops_it(self):
        log = os.path.join(self.server.directory, "client.log")
        process, _ = self.client_process(self.elsewhere(), log, pause=1.0)
        self.assertEqual(self.lease_call(log, "await", "--timeout", "8", "web-one=10.9.0.7")["resolved"], ["web-one"])
        self.assertEqual(self.lease_call(log, "withdraw", "web-one"), {"withdrawn": ["web-one"]})
        self.assertEqual((self.server.addresses("web"), self.server.texts("web-one")), ([], []))
        self.becomes("web", "10.9.0.7")
        self.assertIsNone(process.poll())
        self.lease_call(log, "withdraw", "web-one")
        process.terminate()
        self.assertEqual(process.wait(2), 0, "a stop is heeded while it has let go")
        self.assertEqual(self.lease_call(log, "withdraw", "web-one"), {"withdrawn": []}, "nobody is there to be told")

    def test_who_is_not_found_is_told_with_what_the_client_inside_says(self):
        log = os.path.join(self.server.directory, "client.log")
        wrong = {**self.server.key_document, "secret": "d3Jvbmc="}
        self.client_process(self.elsewhere(key=wrong), log)
        eventually(lambda: os.path.exists(log))
        with self.assertRaises(cli.Failed) as caught:
            self.lease_call(log, "await", "--timeout", "0.2", "web-one=10.9.0.7")
        self.assertEqual(caught.exception.code, 3)
        self.assertRegex(str(caught.exception), "web-one, asked of the DNS 127.0.0.1 port .*the client inside says: not registered: .*refuses the key")
        for arguments in ([], ["withdraw"], ["withdraw", "web-two"], ["await", "web-one"]):
            with self.assertRaises(cli.Failed) as caught:
                self.lease_call(log, *arguments)
            self.assertEqual(caught.exception.code, 2, arguments)

    def test_without_a_file_it_ends_at_once_and_with_a_bad_one_it_says_why(self):
        log = os.path.join(self.server.directory, "client.log")
        self.assertEqual(self.client_process(None, log)[0].wait(5), 0)
        self.assertFalse(os.path.exists(log))
        self.assertEqual(self.client_process({"server": SERVER}, log)[0].wait(5), 1)
        with open(log, encoding="utf-8") as file:
            self.assertIn("cannot be used: KeyError", file.read())

    def test_it_ends_in_time_when_the_server_is_away(self):
        process, _ = self.client_process({
            "server": "192.0.2.1", "port": 53, "zone": ZONE, "key": self.server.key_document, "service": "web", "instance": "one",
            "policy": "APPEND", "service_ip": "10.9.0.7", "same_network": False,
        }, os.path.join(self.server.directory, "client.log"))
        time.sleep(0.5)
        process.terminate()
        process.wait(2)


class Configuration(unittest.TestCase):
    def config(self, /, **fields) -> settings.ServerConfig:
        document = {"zone": "Local.Zone.", "key": {"name": "k", "algorithm": "hmac-sha256", "secret": "c2VjcmV0"}, "address": "10.0.0.2", "networks": []}
        return settings.ServerConfig.from_json({**document, **fields})

    def test_reverse_zones_cover_the_networks_and_are_few(self):
        for networks, zones in (
            (["10.0.5.0/24"], ["5.0.10.in-addr.arpa"]), (["172.18.0.0/16"], ["18.172.in-addr.arpa"]), (["10.0.0.128/25"], ["0.0.10.in-addr.arpa"]),
            (["192.168.16.0/22"], ["16.168.192.in-addr.arpa", "17.168.192.in-addr.arpa", "18.168.192.in-addr.arpa", "19.168.192.in-addr.arpa"]),
            (["10.1.128.0/17"], ["1.10.in-addr.arpa"]), (["fd00:1::/32"], ["1.0.0.0.0.0.d.f.ip6.arpa"]),
            (["10.0.0.0/8", "10.0.5.0/24"], ["10.in-addr.arpa"]),
        ):
            self.assertEqual(settings.reverse_zones(networks), sorted(zones), networks)

    def test_what_bind_would_misread_is_refused(self):
        for fields in ({"zone": 'a";evil'}, {"zone": ""}, {"address": "here"}, {"address": "0.0.0.0"}, {"networks": ["10.0.0.0/99"]},
                       {"key": {"name": 'k"', "algorithm": "hmac-sha256", "secret": "c2VjcmV0"}}, {"key": {"name": "k", "algorithm": "md5", "secret": ""}},
                       {"key": {"name": "k", "algorithm": "hmac-sha256", "secret": "?"}}, {"self": {"service": "UP", "instance": "x"}}):
            with self.assertRaises((ValueError, KeyError), msg=str(fields)):
                self.config(**fields)

    def test_names_are_kept_in_one_form(self):
        self.assertEqual(self.config().zone, "local.zone")


if __name__ == "__main__":
    unittest.main()
