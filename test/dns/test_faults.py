"""What is left of names after programs were killed, files damaged, clocks set and keys mixed up."""

import json
import os
import subprocess
import threading
import time
import unittest

from support import ZONE, Key, ServerTest, cli, eventually, exchange, hold, wire


class Faults(ServerTest):
    # None of these is about leases that end: a slow machine must not end one.
    timing = {"lease": 60.0}

    def renewers(self, count: int, threads: int = 4):
        """Renews `count` leases round and round until stopped; failures are what the test makes happen."""
        clients = [
            self.server.client("web", "i%d" % n, service_ip="10.9.%d.%d" % (n // 250 + 1, n % 250 + 1))
            for n in range(count)
        ]
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

    def test_a_withdrawal_while_the_arbiter_is_away_is_an_error_and_the_lease_ends_by_itself(self):
        client = self.server.client("web", "one")
        client.renew()
        self.becomes("web", "10.9.0.7")
        self.server.kill(self.server.arbiter)
        with self.assertRaises((OSError, wire.WireError, exchange.Refused)):
            client.withdraw()
        self.stays("web", "10.9.0.7", seconds=0.2)
        self.server.timing["lease"] = 1.0
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
        hold(self.server)
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
        hold(self.server)
        self.server.kill(self.server.arbiter)
        self.server.kill(self.server.named)
        self.corrupt(self.corruptions()[1])
        self.server.prepare()
        self.server.start()
        self.becomes("pg", "10.9.0.20")

    def test_a_zone_that_named_does_not_serve_is_begun_anew_by_the_arbiter(self):
        hold(self.server)
        self.server.kill(self.server.named)
        conf, zone_file = self.server.paths.named_conf, self.server.paths.zone_file(ZONE)
        log = self.server.log
        os.unlink(zone_file + ".jnl")
        with open(zone_file, "w", encoding="ascii") as file:
            file.write("not a zone\n")
        # Started without the check that would have found it.
        command = ["/usr/sbin/named", "-f", "-u", self.server.user, "-c", conf]
        self.server.named = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.assertEqual(self.server.named.wait(10), 0)
        self.server.start_named()
        self.becomes("pg", "10.9.0.20")

    def test_a_wrong_key_is_refused_said_once_and_harms_nobody(self):
        lines = []
        other = self.server.key._replace(secret=b"w" * 32)
        wrong = self.server.instance_key("web", "two", project_key=other, service_ip="10.9.0.66")
        self.run_client(self.server.client("web", "two", log=lines.append, key=wrong, service_ip="10.9.0.66"))
        stranger = Key("stranger", "hmac-sha256", b"w" * 32)
        self.run_client(self.server.client("web", "three", key=stranger, service_ip="10.9.0.67"))
        self.run_client(self.server.client("web", "one"))
        self.becomes("web", "10.9.0.7")
        eventually(lambda: lines)
        self.assertIn("refuses the key", lines[0])
        self.stays("web", "10.9.0.7")
        self.assertEqual(len(lines), 1)

    def test_a_clock_ten_minutes_off_does_not_matter(self):
        for offset in (600, -600):
            lines = []
            instance = "one" if offset > 0 else "two"
            client = self.server.client("web", instance, clock=lambda: time.time() + offset, log=lines.append)
            client.renew()
            self.assertRegex(lines[0], r"clock is %s(599|600|601) s off" % ("-" if offset < 0 else ""))
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


if __name__ == "__main__":
    unittest.main()
