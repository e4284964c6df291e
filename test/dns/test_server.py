"""A real named and the arbiter: what clients and dockerops see. Times are shortened."""

import json
import os
import struct
import threading
import time
import unittest

from support import (
    ARBITER_TIMING, SERVER, ZONE, Change, Record, ServerTest, cli, eventually, exchange, hold, leases, renewal, wire,
)
from support import lease as a_lease
from dockerops_dns import run_arbiter
from dockerops_dns.arbiter import Arbiter, Held as HeldLease, Timing


def held(service: str, instance: str, address: str) -> HeldLease:
    return HeldLease(a_lease(service, instance, address=address, is_held=True), None)


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

    def test_a_file_tells_who_is_registered(self):
        def told() -> list:
            with open(self.server.paths.registered_file, encoding="utf-8") as file:
                return file.read().split()
        renewed = self.run_client(self.server.client("web", "one"))
        self.server.client("web", "two").renew()
        eventually(lambda: told() == ["web-one", "web-two"])
        eventually(lambda: told() == ["web-one"], limit=4, what="the lease that nobody renews ends")
        self.server.call("withdraw", "web-one")
        self.assertEqual(told(), [])
        renewed.set()

    def test_names_of_another_kind_are_refused_with_a_word(self):
        self.server.client("web", "one", service_ip="10.9.0.11").renew()
        self.server.client("web-one", "x", service_ip="10.9.0.12").renew()
        self.becomes("web-one-x", "10.9.0.12")
        self.becomes("web-one", "10.9.0.11")
        names = {name["name"]: name["holders"] for name in self.server.call("ps")["names"]}
        told = [(holder["instance"], holder.get("refused")) for holder in names["web-one"]]
        self.assertCountEqual(told, [("one", None), ("x", "the name belongs to instance one of web")])
        check = self.server.call("check")
        self.assertEqual([check["ok"], check["refused_names"]], [False, [
            {"name": "web-one", "instance": "web-one-x", "reason": "the name belongs to instance one of web"}]])

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
        one = self.server.client("web", "one", service_ip="10.9.0.11")
        two = self.server.client("web", "two", service_ip="10.9.0.12")
        threads = [threading.Thread(target=client.renew) for client in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.becomes("web", "10.9.0.11", "10.9.0.12")
        one.withdraw()
        self.becomes("web", "10.9.0.12")
        self.becomes("web-one")

    def test_a_new_container_takes_over_and_its_predecessors_withdrawal_does_not_harm_it(self):
        old = self.server.client("web", "one", service_ip="10.9.0.11", start=1)
        old.renew()
        self.becomes("web-one", "10.9.0.11")
        self.server.client("web", "one", service_ip="10.9.0.12", start=2).renew()
        self.becomes("web-one", "10.9.0.12")
        old.renew()
        self.stays("web-one", "10.9.0.12")
        old.withdraw()
        self.stays("web-one", "10.9.0.12")

    def test_the_newest_of_replace_is_the_one_created_last_whichever_starts_last(self):
        self.server.client("web", "new", service_ip="10.9.0.12", policy="REPLACE", start=2).renew()
        self.becomes("web", "10.9.0.12")
        self.server.client("web", "old", service_ip="10.9.0.11", policy="REPLACE", start=1).renew()
        self.becomes("web-old", "10.9.0.11")
        self.stays("web", "10.9.0.12")

    def test_without_a_publishable_address_the_instance_hides_and_says_so(self):
        lines = []
        client = self.server.client("web", "one", log=lines.append, service_ip=None)
        self.assertIsNone(client.renew())
        self.assertIn("nothing is published", lines[0])
        eventually(lambda: self.server.call("why", "web")["claims"])
        self.assertIn("nothing is published", self.server.call("why", "web")["claims"][0]["reason"])

    def test_on_the_same_network_the_own_address_is_published(self):
        self.server.put("web", "one", renewal(own="10.9.0.9"), service_ip=None, near=True)
        self.becomes("web", "10.9.0.9")


class Calls(ServerTest):
    def test_withdraw_is_back_only_when_gone_and_holds_against_renewals(self):
        hold(self.server)
        client = self.server.client("web", "one")
        self.run_client(client)
        self.becomes("web", "10.9.0.7")
        self.assertEqual(self.server.call("withdraw", "web-one", "pg-main"), {"withdrawn": ["web-one", "pg-main"]})
        self.assertEqual((self.server.addresses("web"), self.server.addresses("pg")), ([], []))
        self.assertEqual(self.server.pointers("10.9.0.7"), [])
        self.stays("web", seconds=1.5)
        eventually(lambda: self.server.texts("web-one"), what="the client goes on renewing")
        self.assertEqual(self.server.call("why", "web")["claims"][0]["reason"], "withdrawn")

    def test_withdrawing_what_is_not_there_is_no_error(self):
        self.assertEqual(self.server.call("withdraw", "no-body"), {"withdrawn": ["no-body"]})

    def test_await_returns_at_once_or_says_what_is_missing(self):
        hold(self.server)
        found = self.server.call("await", "--timeout", "2", "pg=10.9.0.20", "pg-main", "dns=10.9.0.2")
        self.assertEqual(found["resolved"], ["pg", "pg-main", "dns"])
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
        for arguments in (
            [], ["sing"], ["await", "x"], ["await", "--timeout", "x", "y"], ["await", "--timeout", "1", "y=z"],
            ["hold"], ["hold", "{"], ["hold", "{}"], ["withdraw"], ["check", "--all"], ["why"],
            ["hold", '{"service":"UP","instance":"x","address":"10.0.0.1"}'],
            ["hold", '{"service":"up","instance":"x","address":"127.0.0.1"}'],
        ):
            with self.assertRaises(cli.Failed) as caught:
                self.server.call(*arguments)
            self.assertEqual(caught.exception.code, 2, arguments)

    def test_check_finds_and_fixes_what_somebody_else_wrote(self):
        hold(self.server)
        foreign = wire.address_record("intruder." + ZONE, 60, "10.9.0.66")
        missing = wire.address_record("pg." + ZONE, 5, "10.9.0.20")
        with self.server.connect(self.server.secret("key")) as connection:
            connection.update(ZONE, [Change(True, foreign), Change(False, missing)])
        report = self.server.call("check", "--fix")
        self.assertTrue(report["fixed"])
        self.assertEqual((self.server.addresses("intruder"), self.server.addresses("pg")), ([], ["10.9.0.20"]))
        self.assertTrue(self.server.call("check")["ok"])

    def test_a_call_while_named_is_away_says_so_and_is_made_good_when_it_is_back(self):
        self.server.kill(self.server.named)
        lease = {"service": "pg", "instance": "x", "address": "10.9.0.30"}
        with self.assertRaises(cli.Failed) as caught:
            cli.ask_arbiter({"call": "hold", "leases": [lease]}, self.server.paths, 0.5)
        self.assertEqual(caught.exception.code, 1)
        self.server.start_named()
        self.becomes("pg", "10.9.0.30")

    def test_why_tells_of_an_update_that_was_refused(self):
        stranger = self.server.instance_key("web", "one", project_key=self.server.key._replace(secret=b"x" * 32))
        with self.assertRaises(wire.KeyRefused):
            self.server.client("web", "one", key=stranger).renew()
        reason = self.server.call("why", "web-one")["reason"]
        self.assertRegex(reason, "no lease claims this name; .*refused 0 s ago: its key")
        self.server.client("web", "one").renew()
        self.assertNotIn("refused", self.server.call("why", "web-one"))


class Held(ServerTest):
    timing = {"lease": 0.4}

    def test_held_leases_are_there_on_return_and_outlive_ten_leases(self):
        self.assertEqual(hold(self.server), {"held": ["pg-main"]})
        self.assertEqual(self.server.addresses("pg"), ["10.9.0.20"])
        time.sleep(10 * 0.4)
        self.assertEqual(self.server.addresses("pg"), ["10.9.0.20"], "after ten leases")
        hold(self.server, address="10.9.0.21")
        self.assertEqual(self.server.addresses("pg"), ["10.9.0.21"])
        self.assertEqual(len(self.server.texts("pg-main")), 1)
        record = self.server.texts("pg-main")
        hold(self.server, address="10.9.0.21")
        self.assertEqual(self.server.texts("pg-main"), record, "holding the same again changes nothing")


    def test_one_without_a_container_to_ask_for_ends_like_any_lease(self):
        hold(self.server, container=None)
        self.assertEqual(self.server.addresses("pg"), ["10.9.0.20"])
        self.becomes("pg")


class Loop(ServerTest):
    def test_leases_that_come_in_while_the_zone_is_written_are_not_forgotten(self):
        self.server.kill(self.server.arbiter)
        arbiter = Arbiter(run_arbiter.load_settings(self.server.paths), print, lambda: None, Timing(**ARBITER_TIMING))
        self.addCleanup(arbiter.selector.close)
        coming = iter(range(12))
        send = arbiter.names._send

        def renew(instance: str, address: str) -> None:
            arbiter.hold([held("web", instance, address)])

        def send_while_another_comes(*arguments):
            send(*arguments)
            for number in coming:
                lease = held("web", "i%d" % number, "10.9.0.1%d" % number)
                arbiter.book.hold(lease.lease.name, lease.lease, lease.own, time.monotonic())
                arbiter._changed()
                return

        arbiter.names._send = send_while_another_comes
        renew("first", "10.9.0.99")

        def is_complete():
            arbiter.step()
            return len(self.server.addresses("web")) == 13
        eventually(is_complete, 2)


class WhileNothingIsKnown(ServerTest):
    timing = {"grace": 1.5}

    def test_a_lost_state_takes_no_name_away_before_the_clients_have_told_theirs(self):
        clients = [self.server.client("web", "i%d" % number, service_ip="10.9.0.1%d" % number) for number in range(3)]
        for client in clients:
            client.renew()
        self.becomes("web", "10.9.0.10", "10.9.0.11", "10.9.0.12")
        self.server.kill(self.server.arbiter)
        os.unlink(self.server.paths.state_file)
        self.server.start_arbiter()
        self.stays("web", "10.9.0.10", "10.9.0.11", "10.9.0.12", seconds=0.5)
        moved = self.server.client("web", "i0", service_ip="10.9.0.20", start=2)
        eventually(lambda: moved.renew() or True)
        self.becomes("web-i0", "10.9.0.20")
        clients[1].renew()
        self.becomes("web", "10.9.0.11", "10.9.0.20", limit=4)

    def test_names_that_came_since_go_at_once(self):
        client = self.server.client("web", "one")
        client.renew()
        self.becomes("web", "10.9.0.7")
        client.withdraw()
        self.becomes("web", limit=0.5)


if __name__ == "__main__":
    unittest.main()
