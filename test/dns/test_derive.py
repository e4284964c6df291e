"""The rules of the zone: leases in, names out."""

import random
import unittest

from support import ZONE, lease, wire
from dockerops_dns import derive
from dockerops_dns.derive import ABSENT, AGREES, Claimant


def claimant(start: int, *, since: float = 0.0, boot: str = "b", expired: bool = False, withdrawn: bool = False,
             engine: str = derive.UNKNOWN, is_ended: bool = False, **fields) -> Claimant:
    held = lease(start=start, **fields)
    return Claimant(held, boot, since, held.address, held.address, 1.0, expired, withdrawn, engine, is_ended)


def names(*claimants: Claimant) -> dict:
    """Addresses by name, without the server's own."""
    records = derive.forward_records(derive.claims_by_name(derive.judge(claimants)), ZONE, "10.9.0.2")
    found: dict = {}
    for record in records:
        if record.type in (wire.A, wire.AAAA) and record.name != "dns." + ZONE:
            found.setdefault(record.name[:-len(ZONE) - 1], set()).add(wire.unpack_address(record.data))
    return found


class Policies(unittest.TestCase):
    def test_append_publishes_all_living_instances(self):
        one, two = claimant(1, instance="one", address="10.0.0.1"), claimant(2, instance="two", address="10.0.0.2")
        both = {"10.0.0.1", "10.0.0.2"}
        self.assertEqual(names(one, two), {"web": both, "web-one": {"10.0.0.1"}, "web-two": {"10.0.0.2"}})

    def test_hide_publishes_nothing(self):
        self.assertEqual(names(claimant(1, policy="HIDE")), {})

    def test_replace_takes_the_place_of_all_before_it(self):
        old = claimant(1, instance="one", address="10.0.0.1")
        new = claimant(2, instance="two", address="10.0.0.2", policy="REPLACE")
        self.assertEqual(names(new, old), {"web": {"10.0.0.2"}, "web-one": {"10.0.0.1"}, "web-two": {"10.0.0.2"}})

    def test_the_one_before_is_back_when_the_newest_of_replace_goes(self):
        first = claimant(1, instance="one", address="10.0.0.1", policy="REPLACE")
        second = claimant(2, instance="two", address="10.0.0.2", policy="REPLACE")
        third = claimant(3, instance="three", address="10.0.0.3", policy="REPLACE", expired=True)
        self.assertEqual(names(first, second, third)["web"], {"10.0.0.2"})
        self.assertEqual(names(first, third)["web"], {"10.0.0.1"})

    def test_append_after_replace_is_appended_to_it(self):
        self.assertEqual(names(
            claimant(1, instance="one", address="10.0.0.1"),
            claimant(2, instance="two", address="10.0.0.2", policy="REPLACE"),
            claimant(3, instance="three", address="10.0.0.3"),
        )["web"], {"10.0.0.2", "10.0.0.3"})

    def test_a_hidden_or_addressless_newest_replaces_nobody(self):
        old = claimant(1, instance="one", address="10.0.0.1")
        self.assertEqual(names(old, claimant(2, instance="two", policy="HIDE"))["web"], {"10.0.0.1"})
        self.assertEqual(names(old, claimant(2, instance="two", policy="REPLACE", address=None))["web"], {"10.0.0.1"})

    def test_ipv6_is_published_as_aaaa(self):
        claims = derive.claims_by_name(derive.judge([claimant(1, address="fd00::7")]))
        records = derive.forward_records(claims, ZONE, "10.9.0.2")
        self.assertIn(wire.address_record("web." + ZONE, derive.TTL, "fd00::7"), records)
        self.assertEqual({record.type for record in records if record.name == "web." + ZONE}, {wire.AAAA})

    def test_the_servers_name_belongs_to_the_server(self):
        claims = derive.claims_by_name(derive.judge([claimant(1, service="dns", instance="x")]))
        records = derive.forward_records(claims, ZONE, "10.9.0.2")
        addresses = {record for record in records if record.name == "dns." + ZONE}
        self.assertEqual(addresses, {wire.address_record("dns." + ZONE, derive.TTL, "10.9.0.2")})
        self.assertIn("belongs to the DNS server", claims["dns"][0].reason)

    def test_an_instances_own_name_is_not_shared_with_a_service_of_that_name(self):
        one = claimant(1, service="web", instance="one", address="10.0.0.1")
        other = claimant(2, service="web-one", instance="x", address="10.0.0.2", policy="REPLACE")
        self.assertEqual(names(one, other), {"web": {"10.0.0.1"}, "web-one": {"10.0.0.1"}, "web-one-x": {"10.0.0.2"}})
        reasons = [claim.reason for claim in derive.claims_by_name(derive.judge([one, other]))["web-one"]]
        self.assertEqual(reasons, ["APPEND, and living", "the name belongs to instance one of web"])
        self.assertNotIn("web-one", names(one._replace(is_expired=True), other), "it was killed, and may come back")
        self.assertNotIn("web-one", names(one._replace(engine=ABSENT), other))
        self.assertEqual(names(one._replace(is_ended=True), other)["web-one"], {"10.0.0.2"})


class Living(unittest.TestCase):
    def test_withdrawn_expired_and_denied_claim_nothing(self):
        for gone in ({"withdrawn": True}, {"expired": True}, {"is_ended": True}, {"engine": ABSENT}):
            self.assertEqual(names(claimant(1, **gone)), {}, gone)

    def test_the_container_created_last_speaks_for_the_instance_and_of_its_starts_the_newest(self):
        old, new = claimant(1, since=9.0, address="10.0.0.1"), claimant(2, since=1.0, address="10.0.0.2")
        self.assertEqual(names(old, new), {"web": {"10.0.0.2"}, "web-one": {"10.0.0.2"}})
        again = claimant(2, since=2.0, boot="c", address="10.0.0.3")
        self.assertEqual(names(old, again, new), {"web": {"10.0.0.3"}, "web-one": {"10.0.0.3"}})

    def test_an_older_start_speaks_again_when_the_newer_one_goes(self):
        old, new = claimant(1, boot="b1", address="10.0.0.1"), claimant(2, boot="b2", address="10.0.0.2", engine=ABSENT)
        self.assertEqual(names(old, new), {"web": {"10.0.0.1"}, "web-one": {"10.0.0.1"}})

    def test_every_claim_has_a_reason(self):
        claims = derive.claims_by_name(derive.judge([
            claimant(1, instance="one", withdrawn=True), claimant(2, instance="two"),
            claimant(3, instance="three", policy="REPLACE", engine=AGREES),
        ]))
        self.assertEqual([(claim.wins, claim.reason) for claim in claims["web"]], [
            (False, "withdrawn"), (False, "replaced by the newer web-three"),
            (True, "REPLACE, and the newest living one"),
        ])


class Reverse(unittest.TestCase):
    def test_an_address_leads_to_the_instance_and_only_in_served_networks(self):
        verdicts = derive.judge([claimant(1, address="10.9.0.7"), claimant(2, instance="two", address="192.168.1.1")])
        zones = derive.reverse_records(verdicts, ZONE, "10.9.0.2", ["0.9.10.in-addr.arpa"])
        pointers = {
            (record.name, wire.decode_name(record.data, 0)[0])
            for record in zones["0.9.10.in-addr.arpa"] if record.type == wire.PTR
        }
        self.assertEqual(pointers, {
            ("7.0.9.10.in-addr.arpa", "web-one." + ZONE), ("2.0.9.10.in-addr.arpa", "dns." + ZONE),
        })

    def test_hidden_instances_have_no_pointer(self):
        verdicts = derive.judge([claimant(1, policy="HIDE")])
        zones = derive.reverse_records(verdicts, ZONE, "10.8.0.2", ["0.9.10.in-addr.arpa"])
        self.assertEqual({record.type for record in zones["0.9.10.in-addr.arpa"]}, {wire.NS})


class Difference(unittest.TestCase):
    def test_it_makes_one_zone_the_other_and_leaves_the_soa_alone(self):
        chance = random.Random(7)
        pool = [wire.address_record("n%d.%s" % (n, ZONE), 5, "10.0.%d.%d" % (n, a)) for n in range(6) for a in range(4)]
        pool.append(wire.Record("x._lease." + ZONE, wire.TXT, 1, wire.txt_data(["v=1"])))
        soa = wire.Record(ZONE, wire.SOA, 5, b"")
        for _ in range(300):
            wanted = frozenset(chance.sample(pool, chance.randrange(12)))
            present = frozenset(chance.sample(pool, chance.randrange(12)) + [soa])
            zone = set(present)
            for change in derive.difference(wanted, present):
                if change.add:
                    zone.add(change.record)
                else:
                    zone.remove(change.record)
            self.assertEqual(zone, wanted | {soa})
            self.assertEqual(derive.difference(wanted, zone), [])

    def test_another_ttl_is_replaced_by_adding_only(self):
        record = wire.address_record("a." + ZONE, 5, "10.0.0.1")
        self.assertEqual(derive.difference(frozenset([record]), [record._replace(ttl=60)]), [wire.Change(True, record)])


class Properties(unittest.TestCase):
    """Whatever the leases are, these hold."""

    def random_claimants(self, chance: random.Random):
        return [
            claimant(
                chance.choice([0, 1, 2, chance.randrange(9)]), since=chance.random(),
                service=chance.choice(["web", "db", "dns", "web-one"]), instance=chance.choice(["one", "two", "three"]),
                boot="b%d" % index, address="10.0.%d.%d" % (chance.randrange(3), index + 1),
                policy=chance.choice(["HIDE", "APPEND", "APPEND", "REPLACE"]), expired=chance.random() < 0.2,
                withdrawn=chance.random() < 0.1, engine=chance.choice([AGREES, derive.UNKNOWN, ABSENT]),
            )
            for index in range(chance.randrange(12))
        ]

    def test_order_of_input_does_not_matter(self):
        for seed in range(300):
            chance = random.Random(seed)
            claimants = self.random_claimants(chance)
            shuffled = chance.sample(claimants, len(claimants))
            self.assertEqual(names(*claimants), names(*shuffled))

    def test_only_speaking_leases_are_published_and_each_instance_has_one_address(self):
        for seed in range(300):
            claimants = self.random_claimants(random.Random(seed))
            verdicts = derive.judge(claimants)
            self.assertEqual(len(verdicts), len(claimants))
            speaking = [verdict.claimant for verdict in verdicts if verdict.speaks]
            self.assertEqual(len(speaking), len({one.lease.name for one in speaking}))
            allowed = {one.address for one in speaking if one.lease.policy != "HIDE"}
            for name, addresses in names(*claimants).items():
                self.assertLessEqual(addresses, allowed, name)
                self.assertTrue(addresses)

    def test_a_living_instance_that_may_be_published_has_its_own_name(self):
        for seed in range(300):
            claimants = self.random_claimants(random.Random(seed))
            published = names(*claimants)
            for verdict in derive.judge(claimants):
                held = verdict.claimant.lease
                if verdict.speaks and held.policy != "HIDE" and held.name != "dns":
                    self.assertEqual(published[held.name], {verdict.claimant.address})

    def test_adding_a_lease_and_losing_it_again_changes_nothing(self):
        for seed in range(300):
            claimants = self.random_claimants(random.Random(seed))
            extra = claimant(9, instance="extra", boot="extra", address="10.1.1.1", policy="REPLACE")
            self.assertEqual(names(*claimants), names(*claimants, extra._replace(is_expired=True)))


if __name__ == "__main__":
    unittest.main()
