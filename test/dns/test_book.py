"""What the arbiter knows of leases over time; the clock is the test's."""

import json
import unittest
from unittest import mock

from support import lease, near, renewal
from dockerops_dns import book as books, derive
from dockerops_dns.book import Book, Full, OutOfDate


def living(book: Book, now: float) -> dict:
    """What each living instance publishes."""
    verdicts = derive.judge(book.claimants(now))
    return {verdict.claimant.lease.name: verdict.claimant.address for verdict in verdicts if verdict.speaks}


class Age(unittest.TestCase):
    def test_a_lease_that_is_not_renewed_for_a_lease_time_is_dead(self):
        book = Book()
        book.renew("k", lease(), renewal(), 100.0)
        self.assertEqual(living(book, 159.9), {"web-one": "10.9.0.7"})
        self.assertFalse(book.sweep(159.9))
        self.assertTrue(book.sweep(160.0))
        self.assertEqual(living(book, 160.0), {})

    def test_a_renewal_starts_the_time_again_and_also_wakes_the_dead(self):
        book = Book()
        book.renew("k", lease(), renewal(counter=1), 100.0)
        self.assertFalse(book.renew("k", lease(), renewal(counter=2, up=50.0), 150.0))
        self.assertEqual(living(book, 209.0), {"web-one": "10.9.0.7"})
        self.assertEqual(living(book, 211.0), {})
        self.assertTrue(book.renew("k", lease(), renewal(counter=3, up=112.0), 212.0))
        self.assertEqual(living(book, 212.0), {"web-one": "10.9.0.7"})

    def test_the_dead_are_forgotten_only_after_their_messages_could_be_sent_again(self):
        book = Book()
        book.renew("k", lease(), renewal(), 0.0)
        book.sweep(599.0)
        self.assertEqual(len(book), 1)
        self.assertTrue(book.sweep(600.0))
        self.assertEqual(len(book), 0)

    def test_order_is_by_creation_whenever_a_lease_is_first_seen_and_whatever_its_client_says(self):
        for seen_first in (0, 1):
            book = Book()
            both = [("n", lease(instance="new", start=2, policy="REPLACE"), 1.0),
                    ("o", lease(instance="old", start=1, policy="REPLACE", address="10.0.0.1"), 1e6)]
            for slot, one, up in (both if seen_first == 0 else both[::-1]):
                book.renew(slot, one, renewal(up=up), 1000.0)
            claims = derive.claims_by_name(derive.judge(book.claimants(1001.0)))["web"]
            self.assertEqual([claim.verdict.claimant.lease.instance for claim in claims if claim.wins], ["new"])


class OneKeyOneLease(unittest.TestCase):
    def test_a_restarted_client_takes_the_place_of_its_former_self(self):
        book = Book()
        book.renew("k", near(), renewal("b1", 9, own="10.9.0.7"), 0.0)
        self.assertTrue(book.renew("k", near(), renewal("b2", 1, own="10.9.0.8"), 5.0))
        self.assertEqual(len(book), 1)
        with self.assertRaises(OutOfDate):
            book.renew("k", near(), renewal("b1", 10, own="10.9.0.7"), 5.0)

    def test_what_was_sent_before_is_not_taken_again(self):
        book = Book()
        book.renew("k", lease(), renewal(counter=5), 0.0)
        for counter in (5, 4):
            with self.assertRaises(OutOfDate):
                book.renew("k", lease(), renewal(counter=counter), 50.0)
        self.assertEqual(living(book, 61.0), {}, "it did not renew the lease")

    def test_an_end_that_was_sent_before_a_renewal_does_not_end_it(self):
        book = Book()
        book.renew("k", lease(), renewal(counter=5), 0.0)
        self.assertTrue(book.end("k", renewal(counter=5), 1.0))
        self.assertEqual(living(book, 1.0), {})
        book.renew("k", lease(), renewal(counter=6), 2.0)
        with self.assertRaises(OutOfDate):
            book.end("k", renewal(counter=5), 3.0)
        self.assertEqual(living(book, 3.0), {"web-one": "10.9.0.7"})

    def test_the_end_of_a_former_start_does_not_end_the_new_one(self):
        book = Book()
        book.renew("k", lease(), renewal("b1", 5), 0.0)
        book.renew("k", lease(), renewal("b2", 1), 1.0)
        self.assertFalse(book.end("k", renewal("b1", 5), 2.0))
        self.assertEqual(living(book, 2.0), {"web-one": "10.9.0.7"})

    def test_of_two_containers_of_an_instance_the_one_created_last_speaks(self):
        book = Book()
        book.renew("new", lease(start=2, address="10.0.0.2"), renewal("n"), 0.0)
        book.renew("old", lease(start=1, address="10.0.0.1"), renewal("o"), 1.0)
        self.assertEqual(living(book, 1.0), {"web-one": "10.0.0.2"})
        book.end("new", renewal("n"), 2.0)
        self.assertEqual(living(book, 2.0), {"web-one": "10.0.0.1"})


class Limit(unittest.TestCase):
    def full(self) -> Book:
        book = Book()
        for number in range(5):
            book.renew("k%d" % number, lease(instance="i%d" % number), renewal(), float(number))
        return book

    def test_when_it_is_reached_the_dead_make_room_and_the_living_do_not(self):
        with mock.patch.object(books, "MAX_LEASES", 5):
            book = self.full()
            self.assertTrue(book.is_full(5.0))
            with self.assertRaises(Full):
                book.renew("k9", lease(instance="i9"), renewal(), 59.0)
            with self.assertRaises(Full):
                book.hold("h", lease(instance="h", is_held=True), None, 59.0)
            book.renew("k9", lease(instance="i9"), renewal(), 60.5)
            self.assertEqual(set(living(book, 60.5)), {"web-i1", "web-i2", "web-i3", "web-i4", "web-i9"})


class Held(unittest.TestCase):
    def held(self, **fields):
        return near(is_held=True, **fields)

    def test_it_lives_for_as_long_as_the_engine_confirms_its_container(self):
        book = Book()
        book.hold("h", self.held(), "10.9.0.7", 0.0)
        for second in range(1, 200):
            book.engine_said({"demo-web-one": {"10.9.0.7"}}, float(second))
        self.assertEqual(living(book, 250.0), {"web-one": "10.9.0.7"})
        book.engine_is_silent(251.0)
        self.assertEqual(living(book, 258.0), {"web-one": "10.9.0.7"})
        self.assertEqual(living(book, 259.0), {})

    def test_it_is_back_with_its_container_days_later_but_not_for_ever(self):
        book = Book()
        book.hold("h", self.held(), "10.9.0.7", 0.0)
        book.engine_said({"demo-web-one": set()}, 1.0)
        book.sweep(5 * 86400.0)
        self.assertTrue(book.engine_said({"demo-web-one": {"10.9.0.9"}}, 5 * 86400.0))
        self.assertEqual(living(book, 5 * 86400.0), {"web-one": "10.9.0.9"})
        book.sweep(13 * 86400.0)
        self.assertEqual(len(book), 0)

    def test_where_the_engine_cannot_be_asked_it_lives(self):
        book = Book()
        book.believes_clients = True
        book.hold("h", self.held(), "10.9.0.7", 0.0)
        for second in range(1, 200):
            book.engine_is_silent(float(second))
        self.assertEqual(living(book, 200.0), {"web-one": "10.9.0.7"})

    def test_it_follows_its_container_to_a_new_address(self):
        book = Book()
        book.hold("h", self.held(), "10.9.0.7", 0.0)
        book.engine_said({"demo-web-one": {"10.9.0.99"}}, 1.0)
        self.assertEqual(living(book, 1.0), {"web-one": "10.9.0.99"})

    def test_a_published_service_ip_is_kept_through_a_new_address(self):
        book = Book()
        book.hold("h", self.held()._replace(address="192.168.1.5"), None, 0.0)
        book.engine_said({"demo-web-one": {"10.9.0.99"}}, 1.0)
        self.assertEqual(living(book, 1.0), {"web-one": "192.168.1.5"})
        book.engine_said({"demo-web-one": set()}, 2.0)
        self.assertEqual(living(book, 2.0), {})


class Withdrawal(unittest.TestCase):
    def test_a_withdrawn_start_that_goes_on_renewing_stays_withdrawn(self):
        book = Book()
        book.renew("k", lease(), renewal(counter=1), 0.0)
        book.withdraw("web-one", 1.0)
        for second in range(20, 400, 20):
            book.renew("k", lease(), renewal(counter=second), float(second))
            book.sweep(float(second))
            self.assertEqual(living(book, float(second)), {})

    def test_the_next_start_is_published(self):
        book = Book()
        book.renew("k", lease(), renewal("b1"), 0.0)
        book.withdraw("web-one", 1.0)
        book.renew("k", lease(), renewal("b2"), 2.0)
        self.assertEqual(living(book, 2.0), {"web-one": "10.9.0.7"})

    def test_a_withdrawn_start_that_ended_does_not_come_back_by_an_old_message(self):
        book = Book()
        book.renew("k", lease(), renewal(counter=7), 0.0)
        book.withdraw("web-one", 1.0)
        book.end("k", renewal(counter=7), 2.0)
        with self.assertRaises(OutOfDate):
            book.renew("k", lease(), renewal(counter=7), 3.0)
        self.assertEqual(living(book, 3.0), {})

    def test_it_can_be_let_in_again_after_a_time(self):
        book = Book()
        book.renew("k", lease(), renewal(counter=1), 0.0)
        book.withdraw("web-one", 1.0)
        book.renew("k", lease(), renewal(counter=2), 2.0)
        self.assertEqual(book.readmit(10.0, 60.0), [])
        book.renew("k", lease(), renewal(counter=3), 50.0)
        self.assertEqual(book.readmit(62.0, 60.0), ["web-one"])
        self.assertEqual(living(book, 62.0), {"web-one": "10.9.0.7"})


class Engine(unittest.TestCase):
    def known(self) -> Book:
        book = Book()
        book.renew("k", near(), renewal(own="10.9.0.7"), 0.0)
        return book

    def test_its_own_address_is_published_once_the_engine_has_confirmed_it(self):
        book = self.known()
        self.assertEqual(living(book, 0.0), {"web-one": None})
        self.assertTrue(book.engine_said({"demo-web-one": {"10.9.0.7"}}, 0.0))
        self.assertEqual(living(book, 0.0), {"web-one": "10.9.0.7"})

    def test_an_address_that_its_container_has_not_is_never_published(self):
        book = self.known()
        book.engine_said({"demo-web-one": {"10.9.0.7"}}, 0.0)
        book.renew("k", near(), renewal(counter=2, own="10.9.0.66"), 1.0)
        self.assertEqual(living(book, 1.0), {"web-one": None})
        book.engine_said({"demo-web-one": {"10.9.0.7"}}, 2.0)
        self.assertEqual(living(book, 2.0), {})

    def test_a_container_that_the_engine_has_not_is_gone_and_back_when_it_has(self):
        book = self.known()
        book.engine_said({"demo-web-one": {"10.9.0.7"}}, 0.0)
        self.assertTrue(book.engine_said({"demo-web-one": set()}, 1.0))
        self.assertEqual(living(book, 1.0), {})
        self.assertTrue(book.engine_said({"demo-web-one": {"10.9.0.7"}}, 2.0))
        self.assertEqual(living(book, 2.0), {"web-one": "10.9.0.7"})

    def test_a_silent_resolver_changes_nothing(self):
        book = self.known()
        book.renew("k2", near(instance="two"), renewal(own="10.9.0.8"), 0.0)
        book.engine_said({"demo-web-one": {"10.9.0.7"}, "demo-web-two": set()}, 0.0)
        book.engine_is_silent(1.0)
        self.assertEqual(living(book, 1.0), {"web-one": "10.9.0.7"})

    def test_an_engine_that_cannot_be_asked_leaves_it_to_the_client(self):
        book = self.known()
        book.believes_clients = True
        self.assertEqual(living(book, 0.0), {"web-one": "10.9.0.7"})

    def test_a_new_lease_is_asked_for_at_once_and_a_known_one_is_not(self):
        book = self.known()
        self.assertEqual([probe.container for probe in book.new_probes()], ["demo-web-one"])
        self.assertEqual(book.new_probes(), [])
        book.renew("k", near(), renewal("b2", own="10.9.0.7"), 1.0)
        self.assertEqual([probe.container for probe in book.new_probes()], ["demo-web-one"])

    def test_a_container_that_is_away_is_asked_for_less_and_less_often(self):
        book = Book()
        book.hold("h", near(is_held=True), "10.9.0.7", 0.0)
        asked = []
        for second in range(1, 600):
            if book.probes(float(second)):
                asked.append(second)
                book.engine_said({"demo-web-one": set()}, float(second))
        self.assertEqual(asked[:6], [1, 2, 3, 4, 5, 6])
        self.assertLess(len(asked), 70)
        self.assertLessEqual(max(later - earlier for earlier, later in zip(asked, asked[1:])), 15)
        book.engine_said({"demo-web-one": {"10.9.0.7"}}, 600.0)
        self.assertTrue(book.probes(600.0))

    def test_leases_of_elsewhere_are_not_asked_for(self):
        book = Book()
        book.renew("k", lease(), renewal(), 0.0)
        self.assertEqual((book.probes(0.0), book.new_probes()), ([], []))


class Saved(unittest.TestCase):
    def again(self, book: Book, now: float, wall: float, wall_later: float) -> Book:
        restored = Book()
        restored.restore(json.loads(json.dumps(book.save(now, wall))), 7.0, wall_later)
        return restored

    def test_order_withdrawals_and_leases_survive_with_a_whole_lease_of_grace(self):
        book = Book()
        book.renew("a", lease(instance="one"), renewal("a"), 100.0)
        book.renew("g", lease(instance="gone", start=2), renewal("g"), 100.0)
        book.renew("b", lease(instance="two", start=3), renewal("b"), 130.0)
        book.withdraw("web-gone", 131.0)
        again = self.again(book, 140.0, 5000.0, 5010.0)
        self.assertEqual(set(living(again, 66.9)), {"web-one", "web-two"})
        self.assertEqual(living(again, 67.0), {})
        ages = {one.lease.instance: round(7.0 - one.since) for one in again.claimants(7.0)}
        self.assertEqual((ages["one"], ages["two"]), (50, 20))
        again.renew("g", lease(instance="gone", start=2), renewal("g", 9), 8.0)
        self.assertNotIn("web-gone", living(again, 8.0))

    def test_what_was_dead_stays_dead_and_old_messages_stay_old(self):
        book = Book()
        book.renew("dead", lease(instance="dead"), renewal(counter=3), 0.0, 1000)
        book.renew("ended", lease(instance="ended"), renewal(counter=3), 60.0, 1060)
        book.end("ended", renewal(counter=3), 61.0, 1061)
        again = self.again(book, 62.0, 5000.0, 5001.0)
        self.assertEqual(living(again, 7.0), {})
        self.assertEqual(again.signed_at("ended"), 1061)
        with self.assertRaises(OutOfDate):
            again.renew("dead", lease(instance="dead"), renewal(counter=3), 8.0)

    def test_an_address_that_the_engine_confirmed_is_known_after_a_restart_and_one_that_it_denied_too(self):
        book = Book()
        for slot, instance, own in (("k", "one", "10.9.0.7"), ("d", "two", "10.9.0.8"), ("n", "new", "10.9.0.9")):
            book.renew(slot, near(instance=instance), renewal(own=own), 0.0)
        book.engine_said({"demo-web-one": {"10.9.0.7"}, "demo-web-two": set()}, 1.0)
        self.assertEqual(living(self.again(book, 2.0, 50.0, 51.0), 7.0), {"web-one": "10.9.0.7", "web-new": None})

    def test_a_clock_that_was_set_meanwhile_changes_ages_and_nothing_else(self):
        book = Book()
        book.renew("k", lease(), renewal(), 0.0, 1000)
        for wall in (0.0, 1e9):
            self.assertEqual(living(self.again(book, 2.0, 50000.0, wall), 7.0), {"web-one": "10.9.0.7"})

    def test_what_cannot_be_read_is_left_out(self):
        book = Book()
        book.renew("k", lease(), renewal(), 0.0)
        good = book.save(0.0, 0.0)[0]
        wrong = [{**good, "lease": {**good["lease"], **field}} for field in (
            {"service": "UP"}, {"address": "127.0.0.1"}, {"policy": "?"}, {"start": "x"}, {"more": 1})]
        again = Book()
        for nonsense in (None, 3, {}, [None], [{}], [{"lease": {"service": "x"}}], wrong, [{**good, "own": "::1"}]):
            again.restore(nonsense, 0.0, 0.0)
        self.assertEqual(again.claimants(0.0), [])


if __name__ == "__main__":
    unittest.main()
