"""What the dns instance was told (/etc/dockerops/dns-server.json), checked."""

import ipaddress
import json
from typing import List, NamedTuple, Optional

from . import derive, lease as leases, wire
from .derive import Lease
from .wire import Key

SERVER_JSON = "/etc/dockerops/dns-server.json"
_MAX_REVERSE_ZONES = 16


class ServerConfig(NamedTuple):
    """`key`: the project's. `networks`: recursion and reverse zones; `allow`: recursion only. `container`: the dns
    container's own name; `containers`: what the names of all of the project's containers begin with."""
    zone: str
    key: Key
    address: str
    networks: List[str]
    allow: List[str]
    own: Optional[Lease]
    container: Optional[str]
    containers: str

    def is_published(self) -> bool:
        """It is found at an address of its host, not at one on its own network."""
        address = ipaddress.ip_address(self.address)
        return not any(address in ipaddress.ip_network(network) for network in self.networks)

    @staticmethod
    def from_json(document: dict) -> "ServerConfig":
        """ValueError or KeyError with what is wrong."""
        zone = wire.canonical(document["zone"])
        if not zone or len(wire.encode_name("a" * 63 + "._lease." + zone)) > 255:
            raise ValueError("zone %r" % zone)
        address = leases.published(document["address"], "address")
        wire.encode_name(str(document["key"]["name"]))
        own = document.get("self") or {}
        return ServerConfig(
            zone, Key.from_json(document["key"]), address,
            [str(ipaddress.ip_network(network, strict=False)) for network in document.get("networks", [])],
            [str(ipaddress.ip_network(network, strict=False)) for network in document.get("allow", [])],
            derive.server_lease(own["service"], own["instance"], address) if own else None,
            own.get("container"), str(document.get("containers", "")),
        )


def load_server_config(path: str = SERVER_JSON) -> ServerConfig:
    with open(path, encoding="utf-8") as file:
        return ServerConfig.from_json(json.load(file))


def reverse_zones(networks: List[str]) -> List[str]:
    """The reverse zones that cover the networks: as narrow as whole labels allow, few in number."""
    found = set()
    for text in networks:
        network = ipaddress.ip_network(text, strict=False)
        bits = 8 if network.version == 4 else 4
        up = min(-(-network.prefixlen // bits) * bits, network.max_prefixlen - bits)
        if network.prefixlen < up and 2 ** (up - network.prefixlen) > _MAX_REVERSE_ZONES:
            up -= bits
        up = max(up, bits)
        parts = network.subnets(new_prefix=up) if up > network.prefixlen else [network.supernet(new_prefix=up)]
        for part in parts:
            labels = wire.reverse_name(str(part.network_address)).split(".")
            found.add(".".join(labels[(part.max_prefixlen - up) // bits:]))
    return sorted(zone for zone in found if not any(zone.endswith("." + other) for other in found))
