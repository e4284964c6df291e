"""What the dns instance reads at its start."""

import unittest

from support import named_files, prepare, settings


class Configuration(unittest.TestCase):
    def config(self, /, **fields) -> settings.ServerConfig:
        key = {"name": "k", "algorithm": "hmac-sha256", "secret": "c2VjcmV0"}
        document = {"zone": "Local.Zone.", "key": key, "address": "10.0.0.2", "networks": []}
        return settings.ServerConfig.from_json({**document, **fields})

    def test_reverse_zones_cover_the_networks_and_are_few(self):
        for networks, zones in (
            (["10.0.5.0/24"], ["5.0.10.in-addr.arpa"]), (["172.18.0.0/16"], ["18.172.in-addr.arpa"]),
            (["10.0.0.128/25"], ["0.0.10.in-addr.arpa"]), (["10.1.128.0/17"], ["1.10.in-addr.arpa"]),
            (["192.168.16.0/22"], ["%d.168.192.in-addr.arpa" % part for part in (16, 17, 18, 19)]),
            (["fd00:1::/32"], ["1.0.0.0.0.0.d.f.ip6.arpa"]),
            (["10.0.0.0/8", "10.0.5.0/24"], ["10.in-addr.arpa"]),
        ):
            self.assertEqual(settings.reverse_zones(networks), sorted(zones), networks)

    def test_what_bind_would_misread_is_refused(self):
        key = {"name": "k", "algorithm": "hmac-sha256", "secret": "c2VjcmV0"}
        for fields in (
            {"zone": 'a";evil'}, {"zone": ""}, {"address": "here"}, {"address": "0.0.0.0"}, {"address": "127.0.0.1"},
            {"networks": ["10.0.0.0/99"]}, {"key": {**key, "name": 'k"'}}, {"key": {**key, "algorithm": "md5"}},
            {"key": {**key, "secret": "?"}}, {"self": {"service": "UP", "instance": "x"}},
        ):
            with self.assertRaises((ValueError, KeyError), msg=str(fields)):
                self.config(**fields)

    def test_who_comes_through_the_published_port_is_not_taken_for_a_neighbour(self):
        own = {"networks": ["10.210.2.0/22"], "allow": ["192.0.2.0/24"]}
        published = self.config(**own, address="192.0.2.53")
        clients = named_files.recursive_clients(published, "10.210.0.1")
        self.assertEqual(clients, ["192.0.2.0/24", "!10.210.0.1", "10.210.0.0/22"])
        self.assertEqual(named_files.recursive_clients(published, None), ["192.0.2.0/24", "10.210.0.0/22"])
        hidden = self.config(**own, address="10.210.0.2")
        self.assertEqual(named_files.recursive_clients(hidden, "10.210.0.1"), ["192.0.2.0/24", "10.210.0.0/22"])
        allowed = self.config(networks=["10.210.0.0/22"], allow=["10.210.0.1"], address="192.0.2.53")
        clients = named_files.recursive_clients(allowed, "10.210.0.1")
        self.assertEqual(clients[0], "10.210.0.1/32", "unless that is wanted")

    def test_the_gateway_is_that_of_the_default_route(self):
        head = "Iface Destination Gateway Flags RefCnt Use Metric Mask\n"
        routes = head + "eth0 0000D20A 00000000 0001 0 0 0 00FCFFFF\neth0 00000000 0100D20A 0003 0 0 0 00000000\n"
        self.assertEqual(prepare.gateway_in(routes), "10.210.0.1")
        self.assertIsNone(prepare.gateway_in(head))

    def test_names_are_kept_in_one_form(self):
        self.assertEqual(self.config().zone, "local.zone")


if __name__ == "__main__":
    unittest.main()
