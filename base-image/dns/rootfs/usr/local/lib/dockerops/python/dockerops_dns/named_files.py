"""The files that named runs with: its configuration, and a zone's first content. Text only, from checked values."""

import base64
import time
from typing import List, NamedTuple, Optional

from . import wire
from .book import MAX_LEASES
from .derive import SERVER_NAME, TTL
from .lease import lease_zone
from .paths import Paths, Ports
from .settings import ServerConfig
from .wire import Key

_CACHE_LIMIT = "64m"
_JOURNAL_LIMIT = "4m"


class NamedKeys(NamedTuple):
    """The keys that named knows: those of the arbiter, made anew at each start, and the project's, which is accepted
    from containers that were made before each instance had a key of its own."""
    arbiter: Key
    project_key_writer: Key
    project: Key


class Surroundings(NamedTuple):
    """`gateway`: the engine's address on our network."""
    forwarders: List[str]
    gateway: Optional[str]


def named_conf(config: ServerConfig, keys: NamedKeys, reverse: List[str], around: Surroundings, paths: Paths,
               ports: Ports, listen: Optional[str] = None) -> str:
    """`listen`: one address instead of all."""
    zones = "".join(_zone(zone, paths.zone_file(zone), keys.arbiter) for zone in [config.zone, *reverse])
    recursive = "".join(" %s;" % network for network in recursive_clients(config, around.gateway))
    return f"""// Made at each start of the container. Changes are lost.
{_key(keys.arbiter)}{_key(keys.project_key_writer)}{_key(keys.project)}
options {{
    directory "{paths.zones}";
    pid-file "{paths.pid_file}";
    session-keyfile none;
    listen-on port {ports.names} {{ {listen or 'any'}; }};
    listen-on-v6 port {ports.names} {{ {'none' if listen else 'any'}; }};

    allow-recursion {{ 127.0.0.0/8; ::1;{recursive} }};
    {_forward(around.forwarders)}
    // The engine's resolver, which is asked for everything else, passes no signatures on.
    dnssec-validation no;
    // It also knows private addresses; bind's own empty zones would hide them.
    empty-zones-enable no;

    allow-transfer {{ none; }};
    notify no;
    minimal-responses yes;
    max-cache-size {_CACHE_LIMIT};
    max-cache-ttl 3600;
    max-ncache-ttl 1;
    max-journal-size {_JOURNAL_LIMIT};
    // bind's own limit is 100: a service of more instances would stop every update of its zone.
    max-records-per-type {MAX_LEASES};
    tcp-clients 1000;
    // named asks for new leases in steps of ten over this rate: half a second with its own 20.
    serial-query-rate 1000;
    update-quota 500;
    version none;
    hostname none;
}};
controls {{ }};
logging {{
    channel log {{ stderr; severity warning; print-time iso8601; print-category yes; }};
    category default {{ log; }};
    category lame-servers {{ null; }};
    category update-security {{ log; }};
    // A line for each update that is forwarded, because its key is not known here.
    category security {{ null; }};
}};
// Only who signs with the project's key sees the leases that are written with it.
view "project-key" {{
    match-clients {{ key "{keys.project.name}"; key "{keys.project_key_writer.name}"; }};
    recursion no;
    zone "{config.zone}" {{
        type primary;
        file "{paths.project_key_zone_file}";
        update-policy {{
            grant "{keys.project_key_writer.name}" zonesub ANY;
            grant "{keys.project.name}" subdomain "{lease_zone(config.zone)}" TXT;
        }};
        allow-transfer {{ key "{keys.project_key_writer.name}"; }};
    }};
}};
view "names" {{
    match-clients {{ any; }};
    recursion yes;
{zones}
    // Of instances: the arbiter knows their keys, and makes sure of them.
    zone "{lease_zone(config.zone)}" {{
        type secondary;
        primaries port {ports.leases} {{ 127.0.0.1; }};
        allow-update-forwarding {{ any; }};
        request-ixfr no;
        min-retry-time 1;
        max-retry-time 2;
        min-refresh-time 1;
    }};
}};
"""


def recursive_clients(config: ServerConfig, gateway: Optional[str]) -> List[str]:
    """For whom other names are looked up; the first that matches counts. What comes in by the published port through
    the engine's proxy has its address on our network, whoever sent it."""
    proxy = ["!%s" % gateway] if gateway is not None and config.is_published() else []
    return [*config.allow, *proxy, *config.networks]


def _forward(forwarders: List[str]) -> str:
    if not forwarders:
        return ""
    return "forward only;\n    forwarders {%s };" % "".join(" %s;" % address for address in forwarders)


def _key(key: Key) -> str:
    wire.encode_name(key.name)
    secret = base64.b64encode(key.secret).decode()
    return 'key "%s" { algorithm %s; secret "%s"; };\n' % (key.name, key.algorithm, secret)


def _zone(zone: str, file: str, arbiter: Key) -> str:
    return f"""    zone "{zone}" {{
        type primary;
        file "{file}";
        update-policy {{ grant "{arbiter.name}" zonesub ANY; }};
        allow-transfer {{ key "{arbiter.name}"; }};
    }};
"""


def first_content(zone: str, config: ServerConfig, generation: str) -> str:
    """A zone without names. `generation` tells the arbiter that it is not the zone which it knew."""
    server = "%s.%s." % (SERVER_NAME, config.zone)
    lines = [
        "$TTL %d" % TTL,
        "%s. IN SOA %s generation-%s.%s. %d 60 10 86400 1" % (zone, server, generation, config.zone, int(time.time())),
        "%s. IN NS %s" % (zone, server),
    ]
    if zone == config.zone:
        lines.append("%s IN %s %s" % (server, "AAAA" if ":" in config.address else "A", config.address))
    return "\n".join(lines) + "\n"
