"""What an instance that was broken into can do with its own key: nothing but renew and end its own lease."""

import os
import random
import socket
import struct
import time
import unittest
from unittest import mock

from support import (
    SERVER, ZONE, Change, Key, Record, Renewal, ServerTest, eventually, exchange, instance_key, key_name, lease_record,
    leases, renewal, wire,
)
from dockerops_dns import book as books
from dockerops_dns.book import Book
from dockerops_dns.instance_key import BadKeyName, permission_of
from dockerops_dns.lease_updates import LeaseUpdates, Served
from dockerops_dns.lease_zone import LeaseZone

LEASES = leases.lease_zone(ZONE)


def text(owner: str, data: bytes = leases.format_renewal(renewal())) -> Record:
    return Record(owner, wire.TXT, 1, data)


def damaged(message: bytes, chance: random.Random) -> bytes:
    """The message with some bytes changed, and often cut off."""
    packet = bytearray(message)
    for _ in range(chance.randrange(1, 8)):
        packet[chance.randrange(len(packet))] = chance.randrange(256)
    return bytes(packet[:chance.randrange(1, len(packet) + 1)] if chance.random() < 0.3 else packet)


class Hostile(ServerTest):
    """`evil-one` has its own key and knows everything else."""

    timing = {"lease": 60.0}

    def setUp(self):
        super().setUp()
        self.victim = self.server.client("web", "one", service_ip="10.9.0.7")
        self.victim.renew()
        self.becomes("web", "10.9.0.7")
        self.key = self.server.instance_key("evil", "one", service_ip="10.9.0.66")

    def refused(self, *changes: Change, key: Key = None, zone: str = LEASES):
        with self.assertRaises((exchange.Refused, wire.SignatureError), msg=str(changes)):
            self.server.update(key or self.key, *changes, zone=zone)

    def unharmed(self):
        self.stays("web", "10.9.0.7", seconds=0.3)
        self.assertEqual(self.server.addresses("web-one"), ["10.9.0.7"])

    def test_it_can_claim_its_own_name(self):
        self.server.update(self.key, Change(True, lease_record("evil", "one", renewal())))
        self.becomes("evil", "10.9.0.66")

    def test_no_other_owner_type_or_number_of_records_is_taken(self):
        own = leases.lease_owner("evil-one", ZONE)
        for below in ("web-one", "evil-two", "evil", "*", "*.evil-one", "x.evil-one", "evil-one.web-one", "evil-one.x"):
            owner = "%s.%s" % (below, LEASES)
            self.refused(Change(True, text(owner)))
            self.refused(Change(False, text(owner)))
        for record in (
            wire.address_record(own, 5, "10.9.0.7"), wire.address_record(own, 5, "fd00::7"),
            Record(own, wire.PTR, 5, wire.encode_name("web-one." + ZONE)),
            Record(own, wire.CNAME, 5, wire.encode_name("web-one." + ZONE)),
            Record(own, wire.NS, 5, wire.encode_name("evil." + ZONE)), Record(own, wire.ANY, 5, b""),
        ):
            self.refused(Change(True, record))
        self.refused(Change(True, text(LEASES)))
        self.refused(Change(True, text(own)), Change(True, text("web-one." + LEASES)))
        self.refused(Change(True, text(own)), Change(True, text(own)))
        self.refused()
        self.unharmed()

    def test_upper_case_is_the_same_name(self):
        self.server.update(self.key, Change(True, text(("evil-one." + LEASES).upper())))
        self.becomes("evil-one", "10.9.0.66")
        self.refused(Change(True, text("WEB-one." + LEASES)))
        self.unharmed()

    def test_deleting_whole_sets_is_not_taken(self):
        for owner in ("web-one." + LEASES, "evil-one." + LEASES):
            for kind in (wire.TXT, wire.ANY):
                self.refused_message(wire.encode_record(Record(owner, kind, 0, b""), wire.CLASS_ANY))
        self.unharmed()

    def test_conditions_are_not_taken(self):
        condition = wire.encode_record(Record("web-one." + ZONE, wire.ANY, 0, b""), wire.CLASS_ANY)
        record = wire.encode_record(text("evil-one." + LEASES))
        self.refused_message(record, condition)

    def refused_message(self, change: bytes, condition: bytes = b""):
        """An update as the library would not make it."""
        header = struct.pack("!6H", 7, wire.OPCODE_UPDATE, 1, 1 if condition else 0, 1, 0)
        message = header + wire.encode_question(LEASES, wire.SOA) + condition + change
        answer = self.send(wire.sign(message, self.key, int(time.time()))[0])
        self.assertEqual(answer.rcode, wire.REFUSED)

    def send(self, message: bytes) -> wire.Message:
        with socket.create_connection((SERVER, self.server.port), 5) as channel:
            channel.sendall(struct.pack("!H", len(message)) + message)
            return wire.parse(channel.recv(4096)[2:])

    def test_the_zone_of_the_names_and_the_reverse_zones_are_closed_to_it(self):
        self.refused(Change(True, wire.address_record("evil." + ZONE, 5, "10.9.0.66")), zone=ZONE)
        self.refused(Change(True, text("web-one." + LEASES)), zone=ZONE)
        pointer = Record("7.0.9.10.in-addr.arpa", wire.PTR, 5, wire.encode_name("evil." + ZONE))
        self.refused(Change(True, pointer), zone="0.9.10.in-addr.arpa")
        self.unharmed()

    def test_it_cannot_make_another_key_from_its_own(self):
        for name in (
            key_name("web", "one"), key_name("evil", "one", policy="REPLACE", service_ip="10.9.0.66"),
            key_name("evil", "one", service_ip="10.9.0.7"), key_name("evil", "one", service_ip="10.9.0.66", start=9),
        ):
            for key in (self.key._replace(name=name), instance_key.instance_key(self.key, name)):
                self.refused(Change(True, lease_record("evil", "one", renewal())), key=key)
                self.refused(Change(True, lease_record("web", "one", renewal("evil"))), key=key)
        self.unharmed()

    def test_it_cannot_end_anothers_lease_by_its_data(self):
        shown = self.server.texts("web-one")[0]
        boot = next(part[5:] for part in wire.txt_strings(shown) if part.startswith("boot="))
        self.refused(Change(False, text("web-one." + LEASES, leases.format_renewal(Renewal(boot, 99, 1.0)))))
        self.unharmed()

    def test_ten_thousand_starts_are_one_lease(self):
        for number in range(300):
            self.server.update(self.key, Change(True, lease_record("evil", "one", renewal("b%d" % number))))
        self.becomes("evil", "10.9.0.66")
        self.assertEqual(len(self.server.call("why", "evil")["claims"]), 1)
        eventually(lambda: len(self.server.texts("evil-one")) == 1)
        self.server.client("late", "one", service_ip="10.9.0.8").renew()
        self.becomes("late", "10.9.0.8")

    def test_a_message_that_was_overheard_is_of_no_use(self):
        key = self.server.instance_key("db", "one", service_ip="10.9.0.9")
        now = int(time.time())
        add, end = (self.signed(key, now, is_added, renewal(counter=1)) for is_added in (True, False))
        again = self.signed(key, now, True, renewal(counter=2))
        self.assertEqual([self.send(message).rcode for message in (add, end, again)], [0, 0, 0])
        self.becomes("db", "10.9.0.9")
        self.assertEqual(self.send(end).rcode, wire.REFUSED)
        self.stays("db", "10.9.0.9", seconds=0.3)
        last = self.signed(key, now, False, renewal(counter=2))
        self.assertEqual(self.send(last).rcode, 0)
        self.becomes("db")
        for message in (add, again):
            self.assertEqual(self.send(message).rcode, wire.REFUSED)
        self.stays("db", seconds=0.3)

    def signed(self, key: Key, now: int, is_added: bool, one: Renewal) -> bytes:
        message = wire.update(9, LEASES, [Change(is_added, lease_record("db", "one", one))])
        return wire.sign(message, key, now)[0]

    def test_a_message_of_an_earlier_start_is_of_no_use_to_a_later_one(self):
        key = self.server.instance_key("db", "one", service_ip="10.9.0.9")
        now = int(time.time())
        first, second, third = (
            self.signed(key, now - age, True, renewal(boot)) for age, boot in ((5, "old"), (3, "mid"), (0, "new")))
        for message in (first, second, third):
            self.assertEqual(self.send(message).rcode, 0)
        for message in (first, second):
            self.assertEqual(self.send(message).signature.error, wire.BADTIME)
        self.assertEqual(self.send(third).rcode, wire.REFUSED)
        self.assertEqual(self.server.call("why", "db")["claims"][0]["reason"], "APPEND, and living")

    def test_unsigned_updates_are_refused(self):
        request = wire.update(9, LEASES, [Change(True, lease_record("evil", "one", renewal()))])
        self.assertEqual(self.send(request).rcode, wire.REFUSED)
        self.assertEqual(self.server.texts("evil-one"), [])

    def test_a_container_cannot_have_an_address_outside_of_the_networks(self):
        key = self.server.instance_key("evil", "one", service_ip=None, near=True)
        for own in ("192.0.2.66", "10.10.0.1", "fd00::1", None):
            self.refused(Change(True, lease_record("evil", "one", renewal(own=own))), key=key)

    def test_nobody_but_the_arbiter_may_copy_the_zones(self):
        for key in (self.key, self.server.key):
            for zone in (ZONE, LEASES, "0.9.10.in-addr.arpa"):
                with self.assertRaises((exchange.Refused, wire.SignatureError)), self.server.connect(key) as connection:
                    connection.transfer(zone)
        with self.server.connect(self.server.secret("key")) as connection:
            self.assertGreater(len(connection.transfer(ZONE)), 3)

    def test_nonsense_is_survived(self):
        chance = random.Random(4)
        key = self.server.instance_key("db", "one", service_ip="10.9.0.9")
        good = self.signed(key, int(time.time()), True, renewal())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
            for number in range(300):
                packet = damaged(good, chance)
                for port in (self.server.lease_port, self.server.port):
                    channel.sendto(packet, (SERVER, port))
                # No more than the socket holds: named's own questions have to get through.
                if number % 20 == 0:
                    time.sleep(0.02)
        held = [socket.create_connection((SERVER, self.server.lease_port)) for _ in range(50)]
        for channel in held:
            self.addCleanup(channel.close)
            channel.sendall(struct.pack("!H", 60000) + b"x" * 100)
        self.server.client("late", "one", service_ip="10.9.0.8").renew()
        self.becomes("late", "10.9.0.8")
        self.unharmed()

    def test_secrets_are_for_their_user_only(self):
        for path in (self.server.paths.named_conf, self.server.paths.settings, self.server.paths.state_file):
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(self.server.paths.run).st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(self.server.paths.socket).st_mode & 0o777, 0o600)

    def test_what_is_remembered_of_others_is_bounded(self):
        with open(self.server.paths.named_conf, encoding="utf-8") as file:
            self.assertRegex(file.read(), r"max-cache-size [1-9]\d?[Mm];")


class KeyNames(unittest.TestCase):
    def test_a_name_says_what_its_key_permits(self):
        for name, expected in (
            ("one.web.12.append.near.own", ("web", "one", 12, "APPEND", True, None)),
            ("One.WEB.12.REPLACE.far.192-0-2-7.", ("web", "one", 12, "REPLACE", False, "192.0.2.7")),
            ("one.web.0.hide.far.none", ("web", "one", 0, "HIDE", False, None)),
            ("b-c.a.3.append.near.192-0-2-7", ("a", "b-c", 3, "APPEND", True, "192.0.2.7")),
            ("one.web.3.append.far." + "fd" + "0" * 29 + "7", ("web", "one", 3, "APPEND", False, "fd00::7")),
        ):
            self.assertEqual(tuple(permission_of(name)), expected)

    def test_what_is_no_instances_name_is_refused(self):
        for name in (
            "dockerops", "", "one.web.12.append.near", "one.web.12.append.near.own.x", "o_e.web.12.append.near.own",
            "*.web.12.append.near.own", "one.web.x.append.near.own", "one.web.-1.append.near.own",
            "one.web.1.all.near.own", "one.web.1.append.here.own", "one.web.1.append.far.own",
            "one.web.1.append.far.127-0-0-1", "one.web.1.append.near.127-0-0-1", "one.web.1.append.far.0-0-0-0",
            "one.web.1.append.far." + "0" * 31 + "1", "one.web.1.append.far.1-2-3", "one.web.1.append.far.224-0-0-1",
            "%s.%s.1.append.near.own" % ("i" * 40, "s" * 40), "one..1.append.near.own",
        ):
            with self.assertRaises(BadKeyName, msg=name):
                permission_of(name)

    def test_the_key_is_the_hmac_of_its_name_with_the_projects_key(self):
        key = instance_key.instance_key(Key("dockerops", "hmac-sha256", bytes(32)), "One.web.1.append.near.own.")
        self.assertEqual(key.name, "one.web.1.append.near.own")
        self.assertEqual(key.secret.hex(), "8f172119d57c1a91ee62c209c97e55d0919d7907a33c5822b37c01399b4c09e6")


class Damaged(unittest.TestCase):
    """Without sockets: nothing that comes in raises anything, and nothing comes of it but the one lease."""

    def setUp(self):
        self.project_key = Key("dockerops", "hmac-sha256", bytes(32))
        self.book = Book()
        self.lines = []
        self.wall_offset = 0
        served = Served(ZONE, self.project_key, "demo-", ["0.9.10.in-addr.arpa"])
        self.updates = LeaseUpdates(
            self.book, LeaseZone(ZONE, 1), served, lambda: None, self.lines.append, time.monotonic,
            lambda: time.time() + self.wall_offset)

    def test_damaged_updates_and_questions(self):
        chance = random.Random(5)
        key = instance_key.instance_key(self.project_key, key_name("db", "one"))
        update = wire.update(9, LEASES, [Change(True, lease_record("db", "one", renewal()))])
        signed = wire.sign(update, key, int(time.time()))[0]
        question = wire.query(8, LEASES, wire.AXFR)
        for _ in range(15000):
            for answer in self.updates.answers(damaged(chance.choice((signed, question)), chance)):
                self.assertNotEqual(wire.parse(answer).flags & wire.FLAG_RESPONSE, 0)
        # Some damage is none, such as another id of the message.
        self.only_its_own()

    def test_what_a_holder_of_a_key_may_sign(self):
        """Signed right, so that only what is in it keeps it out."""
        chance = random.Random(6)
        key = instance_key.instance_key(self.project_key, key_name("db", "one"))
        record = wire.encode_record(lease_record("db", "one", renewal()))
        head = struct.pack("!6H", 9, wire.OPCODE_UPDATE, 1, 0, 1, 0) + wire.encode_question(LEASES, wire.SOA)
        for _ in range(5000):
            message = wire.sign(head + damaged(record, chance), key, int(time.time()))[0]
            self.updates.answers(message)
        self.only_its_own()

    def test_a_clock_of_the_server_that_was_wrong_and_is_set_right_keeps_nobody_out(self):
        key = instance_key.instance_key(self.project_key, key_name("db", "one"))
        counter = 0
        for self.wall_offset in (0, 86400 * 365, 200, 0, -86400 * 365, 0):
            counter += 1
            update = wire.update(9, LEASES, [Change(True, lease_record("db", "one", renewal(counter=counter)))])
            answer = wire.parse(self.updates.answers(wire.sign(update, key, int(time.time()))[0])[0])
            if answer.signature.error == wire.BADTIME:
                high, low = struct.unpack("!HI", answer.signature.other)
                update = wire.sign(update, key, high << 32 | low)[0]
                answer = wire.parse(self.updates.answers(update)[0])
            self.assertEqual((answer.rcode, answer.signature.error), (wire.NOERROR, 0), self.wall_offset)

    def test_when_there_are_too_many_it_is_said_and_not_each_time(self):
        with mock.patch.object(books, "MAX_LEASES", 2):
            for number in range(5):
                key = instance_key.instance_key(self.project_key, key_name("db", "i%d" % number))
                update = wire.update(9, LEASES, [Change(True, lease_record("db", "i%d" % number, renewal()))])
                answer = wire.parse(self.updates.answers(wire.sign(update, key, int(time.time()))[0])[0])
                self.assertEqual(answer.rcode, wire.NOERROR if number < 2 else wire.REFUSED)
        self.assertEqual(len(self.lines), 1)
        self.assertRegex(self.lines[0], "gets no name")
        self.assertRegex(self.updates.refusal("db-i4")[0], "there are 2 leases")

    def only_its_own(self):
        self.assertLessEqual(len(self.book), 1)
        for claimant in self.book.claimants(time.monotonic()):
            self.assertEqual((claimant.lease.name, claimant.lease.address), ("db-one", "10.9.0.7"))


class Expensive(unittest.TestCase):
    def test_a_message_that_is_made_to_take_long_is_given_up_at_once(self):
        """Names that are chains of pointers, each to the one before."""
        chain = b"".join(struct.pack("!H", 0xC000 | (12 + 2 * (number - 1))) for number in range(1, 8000))
        packet = struct.pack("!6H", 1, 0, 1, 0, 0, 0) + b"\x00\x00" + chain
        before = time.monotonic()
        for start in range(12, len(packet) - 2, 2):
            try:
                wire.decode_name(packet, start)
            except wire.WireError:
                pass
        self.assertLess(time.monotonic() - before, 2.0)


if __name__ == "__main__":
    unittest.main()
