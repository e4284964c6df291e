"""The files that named runs with: its configuration, and a zone's first content. Text only, from checked values."""

import base64
import time
from typing import List, Optional

from . import wire
from .book import MAX_LEASES
from .derive import SERVER_NAME, TTL
from .settings import ServerConfig
from .paths import Paths
from .wire import Key

_CACHE_LIMIT = "64m"
_JOURNAL_LIMIT = "4m"


def named_conf(config: ServerConfig, arbiter_key: Key, reverse: List[str], forwarders: List[str], paths: Paths,
               port: int = 53, listen: Optional[str] = None) -> str:
    """`listen`: one address instead of all."""
    zones = "".join(_zone(zone, paths, _policy(zone, config, arbiter_key), arbiter_key) for zone in [config.zone, *reverse])
    recursive = "".join(" %s;" % network for network in config.networks + config.allow)
    forward = "forward only;\n    forwarders {%s };" % "".join(" %s;" % address for address in forwarders) if forwarders else ""
    return f"""// Made at each start of the container. Changes are lost.
{_key(config.key)}{_key(arbiter_key)}
options {{
    directory "{paths.zones}";
    pid-file "{paths.pid_file}";
    session-keyfile none;
    listen-on port {port} {{ {listen or 'any'}; }};
    listen-on-v6 port {port} {{ {'none' if listen else 'any'}; }};

    recursion yes;
    allow-recursion {{ 127.0.0.0/8; ::1;{recursive} }};
    {forward}
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
}};
{zones}"""


def _key(key: Key) -> str:
    return 'key "%s" { algorithm %s; secret "%s"; };\n' % (_quotable(key.name), key.algorithm, base64.b64encode(key.secret).decode())


def _quotable(name: str) -> str:
    wire.encode_name(name)
    return name


def _policy(zone: str, config: ServerConfig, arbiter_key: Key) -> str:
    grants = 'grant "%s" zonesub ANY;' % arbiter_key.name
    if zone == config.zone:
        grants += ' grant "%s" subdomain "_lease.%s" TXT;' % (_quotable(config.key.name), zone)
    return grants


def _zone(zone: str, paths: Paths, policy: str, arbiter_key: Key) -> str:
    return f"""
zone "{zone}" {{
    type primary;
    file "{paths.zone_file(zone)}";
    update-policy {{ {policy} }};
    allow-transfer {{ key "{arbiter_key.name}"; }};
}};
"""


def first_content(zone: str, config: ServerConfig, generation: str) -> str:
    """A zone without leases. `generation` tells the arbiter that it is not the zone which it knew."""
    server = "%s.%s." % (SERVER_NAME, config.zone)
    lines = [
        "$TTL %d" % TTL,
        "%s. IN SOA %s generation-%s.%s. %d 60 10 86400 1" % (zone, server, generation, config.zone, int(time.time())),
        "%s. IN NS %s" % (zone, server),
    ]
    if zone == config.zone:
        lines.append("%s IN %s %s" % (server, "AAAA" if ":" in config.address else "A", config.address))
    return "\n".join(lines) + "\n"
