"""What the dns instance reads at its start."""

import unittest

from support import settings


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

    def test_names_are_kept_in_one_form(self):
        self.assertEqual(self.config().zone, "local.zone")


if __name__ == "__main__":
    unittest.main()
