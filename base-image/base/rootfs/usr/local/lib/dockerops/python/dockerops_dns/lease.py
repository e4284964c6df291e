"""A lease: one living instance's claim to its names.

A client renews it by a signed update of the zone `_lease.<zone>`: one TXT record, owned by
`<service>-<instance>._lease.<zone>`, with what only the client knows, for example

    "v=2" "boot=5f0c" "counter=12" "up=240.1" "own=10.0.0.7"

Adding the record renews the lease, deleting it ends it. Whose lease it is, its policy and the address that it may
publish are in the name of the key that signs the update; the arbiter, which has made sure of the key, reads them there.
"""

import re
from typing import Dict, NamedTuple, Optional

from . import wire

HIDE, APPEND, REPLACE = POLICIES = ("HIDE", "APPEND", "REPLACE")

# Resolvers may keep a lease for a second at most: it is of use only when fresh.
LEASE_TTL = 1

_BOOT = re.compile(r"[0-9a-z]{1,32}\Z")


class LeaseError(ValueError):
    """A lease that cannot be held; says which field is wrong."""


class Renewal(NamedTuple):
    """What a client says of itself. `boot`: a random id of this start of it. `counter`: one more each time. `up`: for
    how many seconds it has been running, since a duration needs no common clock. `own`: the address that it has on
    the network of the server."""
    boot: str
    counter: int
    up: float
    own: Optional[str] = None


def lease_zone(zone: str) -> str:
    return "_lease." + zone


def lease_owner(name: str, zone: str) -> str:
    return "%s.%s" % (name, lease_zone(zone))


def format_renewal(renewal: Renewal) -> bytes:
    """The data of the TXT record."""
    fields = [("v", "2"), ("boot", renewal.boot), ("counter", str(renewal.counter)), ("up", "%.3f" % renewal.up)]
    if renewal.own is not None:
        fields.append(("own", renewal.own))
    return wire.txt_data("%s=%s" % field for field in fields)


def parse_renewal(data: bytes) -> Renewal:
    """The renewal in a TXT record. LeaseError names what is wrong with it."""
    fields = text_fields(data)
    if fields.get("v") != "2":
        raise LeaseError("unknown version %r" % fields.get("v"))
    return read_renewal(fields)


def text_fields(data: bytes) -> Dict[str, str]:
    """The `key=value` strings of a TXT record."""
    try:
        strings = wire.txt_strings(data)
    except wire.WireError as error:
        raise LeaseError(str(error)) from None
    return dict(text.split("=", 1) for text in strings if "=" in text)


def read_renewal(fields: Dict[str, str]) -> Renewal:
    try:
        counter, up = int(fields.get("counter", "")), float(fields.get("up", ""))
    except ValueError:
        raise LeaseError("counter and up must be numbers") from None
    if not (0 <= counter < 1 << 63 and 0 <= up < 1e10):
        raise LeaseError("counter or up out of range")
    boot, own = fields.get("boot", ""), fields.get("own")
    if not _BOOT.match(boot):
        raise LeaseError("boot id %r" % boot)
    if own is not None:
        own = published(own, "own")
    return Renewal(boot, counter, up, own)


def published(address: str, what: str) -> str:
    """The address in its usual form. LeaseError when nothing can be found at it."""
    if not is_publishable(address):
        raise LeaseError("%s %r is not an address that can be published" % (what, address))
    return wire.unpack_address(wire.pack_address(address))


def is_publishable(address: str) -> bool:
    """An address of one machine that others can reach: not loopback, not all, none, a group, or one link's own."""
    try:
        data = wire.pack_address(address)
    except ValueError:
        return False
    if len(data) == 4:
        return data[0] not in (0, 127) and data[:2] != b"\xa9\xfe" and data[0] < 224
    # Ten zero bytes begin the unspecified address, loopback, and IPv4 addresses in other clothes.
    return any(data[:10]) and data[0] != 0xFF and not (data[0] == 0xFE and data[1] & 0xC0 == 0x80)
