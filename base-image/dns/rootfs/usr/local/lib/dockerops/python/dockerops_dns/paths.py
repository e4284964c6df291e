"""Where the files of the dns instance are."""

import os
from typing import NamedTuple


class Ports(NamedTuple):
    """`names`: of named. `leases`: of the arbiter, on loopback."""
    names: int = 53
    leases: int = 5380


class Paths(NamedTuple):
    """`zones` is kept over the life of the container; `run` is made anew at each start."""
    zones: str = "/var/lib/dockerops-dns"
    run: str = "/run/dockerops-dns"

    @property
    def named_conf(self) -> str:
        return os.path.join(self.run, "named.conf")

    @property
    def settings(self) -> str:
        return os.path.join(self.run, "settings.json")

    @property
    def socket(self) -> str:
        return os.path.join(self.run, "arbiter.sock")

    @property
    def pid_file(self) -> str:
        return os.path.join(self.run, "named.pid")

    @property
    def state_file(self) -> str:
        return os.path.join(self.zones, "arbiter.json")

    @property
    def registered_file(self) -> str:
        return os.path.join(self.zones, "registered")

    @property
    def rebuild_mark(self) -> str:
        return os.path.join(self.zones, "begin-anew")

    @property
    def project_key_zone_file(self) -> str:
        return os.path.join(self.zones, "project-key.leases")

    def zone_file(self, zone: str) -> str:
        return os.path.join(self.zones, zone + ".zone")
