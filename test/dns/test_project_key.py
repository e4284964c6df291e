"""Clients in containers that were made before each instance had a key of its own: they sign with the project's key, and
write their leases into the zone of the names."""

import os
import time
import unittest

from support import (
    SERVER, ZONE, Change, FakeEngine, Record, ServerTest, eventually, exchange, leases, renewal, wire,
)


class OldClient:
    """What the client of those days sends and looks at. `counter` as it was."""

    def __init__(self, server, service: str, instance: str, boot: str = "old", **fields: str) -> None:
        self.server = server
        self.owner = leases.lease_owner("%s-%s" % (service, instance), ZONE)
        self.fields = {"v": "1", "service": service, "instance": instance, "address": "10.9.0.7", "policy": "APPEND",
                       "boot": boot, "up": "3.000", "by": "client", **fields}
        self.counter = 0
        self.sent = None

    def renew(self) -> None:
        self.counter += 1
        data = wire.txt_data("%s=%s" % field for field in {**self.fields, "counter": self.counter}.items())
        record = Record(self.owner, wire.TXT, 1, data)
        changes = [Change(False, self.sent)] if self.sent else []
        with self.server.connect() as connection:
            connection.update(ZONE, [*changes, Change(True, record)])
            assert [one.data for one in connection.query(self.owner, wire.TXT)] == [data]
        self.sent = record

    def withdraw(self) -> None:
        self.server.update(self.server.key, Change(False, self.sent), zone=ZONE)

    def sees_itself_held(self) -> bool:
        return any(b"boot=" + self.fields["boot"].encode() in text
                   for text in (record.data for record in self.server.records(self.owner, wire.TXT)))


class Upgrade(ServerTest):
    timing = {"lease": 1.0}

    def test_their_names_go_on_as_before(self):
        old = OldClient(self.server, "web", "one")
        for _ in range(6):
            old.renew()
            self.becomes("web", "10.9.0.7")
            eventually(old.sees_itself_held)
            time.sleep(0.3)
        self.becomes("web", limit=4)
        old.renew()
        self.becomes("web-one", "10.9.0.7")
        old.withdraw()
        self.becomes("web-one")

    def test_they_are_named_and_are_not_after_they_were_made_anew(self):
        OldClient(self.server, "web", "one").renew()
        self.becomes("web-one", "10.9.0.7")
        self.server.client("web", "two", service_ip="10.9.0.8").renew()
        self.becomes("web-two", "10.9.0.8")
        self.assertEqual(self.server.call("check")["project_key"], ["web-one"])
        holders = {one["instance"]: one["key"] for name in self.server.call("ps")["names"] if name["name"] == "web"
                   for one in name["holders"]}
        self.assertEqual(holders, {"one": "project", "two": "instance"})
        self.server.client("web", "one", service_ip="10.9.0.9").renew()
        self.becomes("web-one", "10.9.0.9")
        eventually(lambda: self.server.call("check")["project_key"] == [])

    def test_one_that_is_made_anew_takes_over_from_its_former_self_and_no_old_one_replaces_it(self):
        self.server.client("web", "one", service_ip="10.9.0.9", policy="REPLACE").renew()
        self.becomes("web", "10.9.0.9")
        OldClient(self.server, "web", "one").renew()
        OldClient(self.server, "web", "two", policy="REPLACE", address="10.9.0.66").renew()
        self.becomes("web-two", "10.9.0.66")
        self.assertEqual((self.server.addresses("web"), self.server.addresses("web-one")), (["10.9.0.9"], ["10.9.0.9"]))

    def test_they_cannot_hold_a_lease_that_does_not_age(self):
        OldClient(self.server, "web", "one", by="engine").renew()
        self.becomes("web-one", "10.9.0.7")
        self.becomes("web-one", limit=4)

    def test_a_withdrawn_one_stays_withdrawn(self):
        old = OldClient(self.server, "web", "one")
        old.renew()
        self.becomes("web-one", "10.9.0.7")
        self.server.call("withdraw", "web-one")
        old.renew()
        self.stays("web-one")

    def test_they_may_write_leases_only(self):
        address = wire.address_record("web." + ZONE, 5, "10.9.0.66")
        text = wire.txt_data(["x"])
        for record in (address, address._replace(name="x._lease." + ZONE), Record(ZONE, wire.TXT, 5, text),
                       Record("web." + ZONE, wire.TXT, 5, text)):
            with self.assertRaises(exchange.Refused):
                self.server.update(self.server.key, Change(True, record), zone=ZONE)

    def test_check_names_what_is_not_a_lease(self):
        other = ["v=1", "service=db", "instance=one", "policy=APPEND", "boot=b", "counter=1", "up=1"]
        for name, data in (("x", ["hello"]), ("web-one", other)):
            record = Record(leases.lease_owner(name, ZONE), wire.TXT, 1, wire.txt_data(data))
            self.server.update(self.server.key, Change(True, record), zone=ZONE)
        eventually(lambda: self.server.call("check")["not_leases"] == [
            "web-one._lease.local.zone is not a lease: it is for db-one",
            "x._lease.local.zone is not a lease: unknown version None",
        ])
        self.server.call("check", "--fix")
        self.assertEqual(self.server.call("check")["not_leases"], [])

    def test_loopback_is_not_taken_from_them(self):
        OldClient(self.server, "web", "one", address="127.0.0.1").renew()
        self.stays("web-one")

    def test_names_of_the_zone_of_those_days_are_kept_until_the_clients_have_told_theirs(self):
        """A volume as that version left it: names and leases in one zone, and a state of another form."""
        with self.server.connect(self.server.secret("key")) as connection:
            record = Record("web-one._lease." + ZONE, wire.TXT, 1, wire.txt_data(["v=1"]))
            name = wire.address_record("web-one." + ZONE, 5, "10.9.0.7")
            self.server.kill(self.server.arbiter)
            connection.update(ZONE, [Change(True, record), Change(True, name)])
        with open(self.server.paths.state_file, "w", encoding="utf-8") as file:
            file.write('{"generation": "x", "leases": []}')
        self.server.timing.update(grace=1.0, lease=60.0)
        self.server.start_arbiter()
        self.stays("web-one", "10.9.0.7", seconds=0.4)
        OldClient(self.server, "web", "one").renew()
        self.stays("web-one", "10.9.0.7", seconds=1.0)
        eventually(lambda: os.path.exists(self.server.paths.socket))
        self.assertEqual(self.server.call("check")["differences"], [])


class NearTheEngine(ServerTest):
    timing = {"lease": 60.0}

    def setUp(self):
        self.engine = FakeEngine()
        self.addCleanup(self.engine.close)
        self.engine_port = self.engine.port
        super().setUp()

    def old(self, **fields: str) -> OldClient:
        self.engine.addresses["demo-web-one"] = "10.9.0.7"
        old = OldClient(self.server, "web", "one", own="10.9.0.7", container="demo-web-one", **fields)
        old.renew()
        return old

    def test_a_killed_containers_name_is_gone_in_no_time(self):
        self.old()
        self.becomes("web-one", "10.9.0.7")
        del self.engine.addresses["demo-web-one"]
        self.becomes("web-one", limit=2.5)

    def test_a_false_address_of_a_container_is_not_published(self):
        self.engine.addresses["demo-web-one"] = "10.9.0.7"
        fields = {"address": "10.9.0.66", "own": "10.9.0.66", "container": "demo-web-one"}
        OldClient(self.server, "web", "one", **fields).renew()
        self.stays("web-one", seconds=1.0)


if __name__ == "__main__":
    unittest.main()
