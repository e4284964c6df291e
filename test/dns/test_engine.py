"""The arbiter beside an engine, of which the resolver is a fake."""

import time
import unittest

from support import FakeEngine, ServerTest, ZONE, eventually, exchange, hold, renewal


class Engine(ServerTest):
    timing = {"lease": 60.0}

    def setUp(self):
        self.engine = FakeEngine()
        self.addCleanup(self.engine.close)
        self.engine_port = self.engine.port
        super().setUp()

    def near(self, instance: str = "one", address: str = "10.9.0.7", boot: str = "b1", counter: int = 1, **more):
        self.engine.addresses["demo-web-" + instance] = address
        self.server.put("web", instance, renewal(boot, counter, own=address), service_ip=None, near=True, **more)
        self.becomes("web-" + instance, address)

    def test_a_killed_containers_name_is_gone_in_no_time(self):
        for silent in (False, True):
            with self.subTest(forwards_into_the_void=silent):
                self.engine.forwards_into_the_void = silent
                self.near(boot="b%d" % silent)
                del self.engine.addresses["demo-web-one"]
                self.becomes("web-one", limit=2.5)
                reason = self.server.call("why", "web")["claims"][0]["reason"]
                self.assertEqual(reason, "gone: the engine has no container demo-web-one at 10.9.0.7")

    def test_a_resolver_that_does_not_answer_at_all_proves_nothing(self):
        self.near()
        self.engine.is_mute = True
        self.stays("web-one", "10.9.0.7", seconds=2.0)
        self.engine.is_mute = False
        del self.engine.addresses["demo-dns"]
        self.stays("web-one", "10.9.0.7", seconds=1.0)

    def test_the_one_before_is_back_when_the_newest_of_replace_is_killed(self):
        self.near("one", "10.9.0.11", policy="REPLACE", start=1)
        self.near("two", "10.9.0.12", policy="REPLACE", start=2)
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
        hold(self.server, container="demo-pg")
        self.becomes("pg", "10.9.0.20")
        del self.engine.addresses["demo-pg"]
        self.becomes("pg")
        self.engine.addresses["demo-pg"] = "10.9.0.33"
        self.becomes("pg", "10.9.0.33")
        eventually(lambda: self.server.pointers("10.9.0.33") == ["pg-main." + ZONE])

    def test_a_held_service_ip_stays_and_goes_with_its_container(self):
        self.engine.addresses["demo-pg"] = "10.9.0.20"
        hold(self.server, address="192.168.1.5", container="demo-pg")
        self.stays("pg", "192.168.1.5", seconds=0.8)
        del self.engine.addresses["demo-pg"]
        self.becomes("pg")

    def test_an_address_that_is_not_its_containers_is_never_published(self):
        self.engine.addresses["demo-web-one"] = "10.9.0.7"
        self.server.put("web", "one", renewal(own="10.9.0.66"), service_ip=None, near=True)
        self.stays("web-one", seconds=1.0)
        self.near(counter=2)
        self.server.put("web", "one", renewal(counter=3, own="10.9.0.66"), service_ip=None, near=True)
        self.becomes("web-one")
        self.stays("web-one", seconds=0.5)

    def test_a_service_ip_is_published_for_as_long_as_the_container_is_there(self):
        self.engine.addresses["demo-web-one"] = "10.9.0.7"
        self.server.put("web", "one", renewal(own="10.9.0.7"), service_ip="192.168.1.5", near=True)
        self.becomes("web-one", "192.168.1.5")
        del self.engine.addresses["demo-web-one"]
        self.becomes("web-one")

    def test_a_name_is_there_at_once_although_another_container_is_away(self):
        self.near("away", "10.9.0.8")
        self.engine.forwards_into_the_void = True
        del self.engine.addresses["demo-web-away"]
        self.becomes("web-away")
        before = time.monotonic()
        self.near("one", "10.9.0.7")
        self.assertLess(time.monotonic() - before, 0.5)

    def test_a_restarted_container_has_its_name_at_its_new_address(self):
        self.near(address="10.9.0.7", boot="b1", counter=9)
        self.near(address="10.9.0.8", boot="b2", counter=1)
        self.stays("web", "10.9.0.8")


class EngineWithoutResolver(ServerTest):
    timing = {"lease": 60.0}

    def setUp(self):
        self.engine = FakeEngine()
        self.engine.addresses.clear()
        self.addCleanup(self.engine.close)
        self.engine_port = self.engine.port
        super().setUp()

    def test_the_clients_are_believed_where_the_engine_knows_not_even_the_server_and_it_is_said(self):
        self.server.put("web", "one", renewal(own="10.9.0.7"), service_ip=None, near=True)
        self.becomes("web-one", "10.9.0.7")
        self.assertIn("does not know even this container", self.server.log_text())
        with self.assertRaises(exchange.Refused):
            self.server.put("web", "two", renewal(own="192.0.2.1"), service_ip=None, near=True)

    def test_a_held_lease_is_there_and_stays(self):
        hold(self.server)
        self.stays("pg", "10.9.0.20", seconds=1.0)


if __name__ == "__main__":
    unittest.main()
