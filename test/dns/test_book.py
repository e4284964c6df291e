"""What the arbiter knows of leases over time; the clock is the test's."""

import json
import unittest

from support import lease
from dockerops_dns import derive
from dockerops_dns.book import Book


def living(book: Book, now: float) -> dict:
    return {v.standing.lease.name: v.standing.address for v in derive.judge(book.standings(now)) if v.speaks}


class Age(unittest.TestCase):
    def test_a_lease_whose_counter_stands_still_for_a_lease_time_is_dead(self):
        book = Book()
        book.observe([lease(counter=1)], 100.0)
        book.observe([lease(counter=1)], 159.9)
        self.assertEqual(living(book, 159.9), {"web-one": "10.9.0.7"})
        self.assertFalse(book.has_newly_expired(159.9))
        self.assertTrue(book.has_newly_expired(160.0))
        self.assertEqual(living(book, 160.0), {})
        self.assertEqual(book.expire(160.0), [lease(counter=1)])

    def test_a_renewal_starts_the_time_again_and_also_wakes_the_dead(self):
        book = Book()
        book.observe([lease(counter=1)], 100.0)
        self.assertFalse(book.observe([lease(counter=2)], 150.0))
        self.assertEqual(living(book, 209.0), {"web-one": "10.9.0.7"})
        self.assertEqual(living(book, 211.0), {})
        self.assertTrue(book.observe([lease(counter=3)], 212.0))
        self.assertEqual(living(book, 212.0), {"web-one": "10.9.0.7"})

    def test_leases_held_by_dockerops_do_not_age(self):
        book = Book()
        book.observe([lease(held_by="engine")], 0.0)
        self.assertEqual(living(book, 1e6), {"web-one": "10.9.0.7"})
        self.assertEqual(book.expire(1e6), [])

    def test_order_is_by_how_long_the_holder_runs_whenever_it_is_first_seen(self):
        book = Book()
        book.observe([lease(instance="new", boot="n", up=5.0, policy="REPLACE", address="10.0.0.2")], 1000.0)
        book.observe([lease(instance="new", boot="n", up=5.0, policy="REPLACE", address="10.0.0.2"),
                      lease(instance="old", boot="o", up=900.0, policy="REPLACE", address="10.0.0.1")], 1001.0)
        claims = derive.claims_by_name(derive.judge(book.standings(1001.0)))["web"]
        self.assertEqual([claim.verdict.standing.lease.instance for claim in claims if claim.wins], ["new"])

    def test_left_over_records_of_one_start_are_found_and_the_newest_counts(self):
        book = Book()
        book.observe([lease(counter=2, address="10.0.0.2"), lease(counter=1, address="10.0.0.1")], 0.0)
        self.assertEqual(living(book, 0.0), {"web-one": "10.0.0.2"})
        self.assertEqual(book.expire(0.0), [lease(counter=1, address="10.0.0.1")])

    def test_a_lease_that_left_the_zone_is_gone_at_once(self):
        book = Book()
        book.observe([lease()], 0.0)
        self.assertTrue(book.observe([], 1.0))
        self.assertEqual(living(book, 1.0), {})


class Withdrawal(unittest.TestCase):
    def test_a_withdrawn_start_that_goes_on_renewing_stays_withdrawn(self):
        book = Book()
        book.observe([lease(counter=1)], 0.0)
        self.assertEqual(book.withdraw("web-one", 1.0), [lease(counter=1)])
        book.observe([], 1.1)
        for second in range(20, 400, 20):
            book.observe([lease(counter=second)], float(second))
            book.expire(float(second))
            self.assertEqual(living(book, float(second)), {})

    def test_the_next_start_is_published(self):
        book = Book()
        book.observe([lease(boot="b1")], 0.0)
        book.withdraw("web-one", 1.0)
        book.observe([lease(boot="b1", counter=2), lease(boot="b2", address="10.0.0.9")], 2.0)
        self.assertEqual(living(book, 2.0), {"web-one": "10.0.0.9"})

    def test_it_can_be_let_in_again_after_a_time(self):
        book = Book()
        book.observe([lease(counter=1)], 0.0)
        book.withdraw("web-one", 1.0)
        book.observe([lease(counter=2)], 2.0)
        self.assertEqual(book.readmit(10.0, 60.0), [])
        book.observe([lease(counter=3)], 50.0)
        self.assertEqual(book.readmit(62.0, 60.0), ["web-one"])
        self.assertEqual(living(book, 62.0), {"web-one": "10.9.0.7"})


class Engine(unittest.TestCase):
    def near(self, **fields):
        return lease(container="p-web-one", own="10.9.0.7", **fields)

    def test_a_container_that_the_engine_denies_is_gone_and_back_when_it_answers(self):
        book = Book()
        book.observe([self.near()], 0.0)
        key = book.probes(0.0)[0].key
        self.assertTrue(book.engine_said(key, set(), 0.0))
        self.assertEqual(living(book, 0.0), {})
        self.assertEqual(book.wanted_leases(0.0), [])
        self.assertTrue(book.engine_said(key, {"10.9.0.7"}, 0.0))
        self.assertEqual(living(book, 0.0), {"web-one": "10.9.0.7"})

    def test_another_address_is_another_start(self):
        book = Book()
        book.observe([self.near()], 0.0)
        book.engine_said(book.probes(0.0)[0].key, {"10.9.0.99"}, 0.0)
        self.assertEqual(living(book, 0.0), {})

    def test_a_held_lease_follows_its_container_to_a_new_address(self):
        book = Book()
        book.observe([self.near(held_by="engine")], 0.0)
        key = book.probes(0.0)[0].key
        book.engine_said(key, {"10.9.0.99"}, 0.0)
        self.assertEqual(living(book, 0.0), {"web-one": "10.9.0.99"})
        book.engine_said(key, set(), 0.0)
        self.assertEqual(living(book, 0.0), {})

    def test_a_published_service_ip_is_kept_through_a_new_address(self):
        book = Book()
        book.observe([self.near(held_by="engine", address="192.168.1.5")], 0.0)
        book.engine_said(book.probes(0.0)[0].key, {"10.9.0.99"}, 0.0)
        self.assertEqual(living(book, 0.0), {"web-one": "192.168.1.5"})

    def test_a_silent_resolver_changes_nothing(self):
        book = Book()
        book.observe([self.near(), lease(instance="two", container="p-web-two", own="10.9.0.8", address="10.9.0.8")], 0.0)
        for probe in book.probes(0.0):
            book.engine_said(probe.key, {"10.9.0.7"}, 0.0)
        before = living(book, 0.0)
        book.engine_is_silent()
        self.assertEqual(living(book, 0.0), before)
        self.assertEqual(before, {"web-one": "10.9.0.7"})

    def test_a_container_that_is_away_is_asked_for_less_and_less_often(self):
        book = Book()
        book.observe([self.near(held_by="engine")], 0.0)
        key = book.probes(0.0)[0].key
        asked = []
        for second in range(1, 600):
            if book.probes(float(second)):
                asked.append(second)
                book.engine_said(key, set(), float(second))
        self.assertEqual(asked[:6], [1, 2, 3, 4, 5, 6])
        self.assertLess(len(asked), 70)
        self.assertLessEqual(max(later - earlier for earlier, later in zip(asked, asked[1:])), 15)
        book.engine_said(key, {"10.9.0.7"}, 600.0)
        self.assertTrue(book.probes(600.0))

    def test_leases_of_elsewhere_are_not_asked_for(self):
        book = Book()
        book.observe([lease()], 0.0)
        self.assertEqual(book.probes(0.0), [])


class Saved(unittest.TestCase):
    def test_order_withdrawals_and_leases_survive_with_a_whole_lease_of_grace(self):
        book = Book()
        book.observe([lease(instance="one", boot="a"), lease(instance="gone", boot="g")], 100.0)
        book.observe([lease(instance="one", boot="a"), lease(instance="gone", boot="g"), lease(instance="two", boot="b")], 130.0)
        book.withdraw("web-gone", 131.0)
        saved = json.loads(json.dumps(book.save(140.0, 5000.0)))
        again = Book()
        again.restore(saved, 7.0, 5010.0)
        self.assertEqual(set(living(again, 66.9)), {"web-one", "web-two"})
        self.assertEqual(living(again, 67.0), {})
        ages = {s.lease.instance: round(7.0 - s.since) for s in again.standings(7.0)}
        self.assertEqual((ages["one"], ages["two"]), (50, 20))
        again.observe([lease(instance="gone", boot="g", counter=9)], 8.0)
        self.assertEqual(living(again, 8.0), {})

    def test_what_cannot_be_read_is_left_out(self):
        book = Book()
        for nonsense in (None, 3, {}, [None], [{}], [{"lease": {"service": "x"}}], [{"lease": lease(service="UP")._asdict(), "since": 1, "withdrawn": False, "in_zone": True}]):
            book.restore(nonsense, 0.0, 0.0)
        self.assertEqual(book.standings(0.0), [])


if __name__ == "__main__":
    unittest.main()
