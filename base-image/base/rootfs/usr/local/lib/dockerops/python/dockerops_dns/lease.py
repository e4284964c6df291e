"""A lease: one living instance's claim to its names, kept as a TXT record below `_lease.<zone>`.

Owner `<service>-<instance>._lease.<zone>`; the data is `key=value` strings, for example

    "v=1" "service=web" "instance=one" "address=10.0.0.7" "policy=APPEND" "boot=5f0c" "counter=12" "up=240.1"
    "by=client" "container=shop-web-one" "own=10.0.0.7"

Several leases below one owner are several starts of the instance: each start has its own boot id.
Pure text and data; what a lease means is decided by the arbiter.
"""

import re
from typing import Iterable, List, NamedTuple, Optional

from . import wire

HIDE, APPEND, REPLACE = POLICIES = ("HIDE", "APPEND", "REPLACE")
CLIENT, ENGINE = HOLDERS = ("client", "engine")

# An owner may be looked up and followed by resolvers for a second at most: a lease is of use only when fresh.
LEASE_TTL = 1

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")
_CONTAINER = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,126}\Z")
_BOOT = re.compile(r"[0-9a-z]{1,32}\Z")


class LeaseError(ValueError):
    """A lease that cannot be held; says which field is wrong."""


class Lease(NamedTuple):
    """`address` is what is published (None: nothing). `own` is the container's own address and `container` its name,
    both only when it is on the engine and network of the server: then the engine is asked for it.
    `up` is for how many seconds the holder has been running: durations need no common clock."""
    service: str
    instance: str
    address: Optional[str]
    policy: str
    boot: str
    counter: int
    up: float
    held_by: str
    container: Optional[str] = None
    own: Optional[str] = None

    @property
    def name(self) -> str:
        """`<service>-<instance>`"""
        return "%s-%s" % (self.service, self.instance)


def lease_owner(name: str, zone: str) -> str:
    return "%s._lease.%s" % (name, zone)


def format_lease(lease: Lease) -> bytes:
    """The data of the TXT record."""
    fields = [
        ("v", "1"), ("service", lease.service), ("instance", lease.instance), ("address", lease.address),
        ("policy", lease.policy), ("boot", lease.boot), ("counter", str(lease.counter)), ("up", "%.3f" % lease.up),
        ("by", lease.held_by), ("container", lease.container), ("own", lease.own),
    ]
    return wire.txt_data("%s=%s" % (key, value) for key, value in fields if value is not None)


def parse_lease(data: bytes) -> Lease:
    """The lease in a TXT record. LeaseError names what is wrong with it."""
    try:
        strings = wire.txt_strings(data)
    except wire.WireError as error:
        raise LeaseError(str(error)) from None
    fields = dict(text.split("=", 1) for text in strings if "=" in text)
    if fields.get("v") != "1":
        raise LeaseError("unknown version %r" % fields.get("v"))
    try:
        counter, up = int(fields.get("counter", "")), float(fields.get("up", ""))
    except ValueError:
        raise LeaseError("counter and up must be numbers") from None
    if not (0 <= counter < 1 << 63 and 0 <= up < 1e10):
        raise LeaseError("counter or up out of range")
    return validate(Lease(
        fields.get("service", ""), fields.get("instance", ""), fields.get("address"), fields.get("policy", ""),
        fields.get("boot", ""), counter, up, fields.get("by", ""), fields.get("container"), fields.get("own"),
    ))


def validate(lease: Lease) -> Lease:
    """The same lease, or LeaseError."""
    for label, what in ((lease.service, "service"), (lease.instance, "instance"), (lease.name, "service-instance")):
        if not _LABEL.match(label):
            raise LeaseError("%s %r is not a DNS label" % (what, label))
    if lease.policy not in POLICIES:
        raise LeaseError("policy %r is none of %s" % (lease.policy, ", ".join(POLICIES)))
    if lease.held_by not in HOLDERS:
        raise LeaseError("by %r is none of %s" % (lease.held_by, ", ".join(HOLDERS)))
    if not _BOOT.match(lease.boot):
        raise LeaseError("boot id %r" % lease.boot)
    if lease.container is not None and not _CONTAINER.match(lease.container):
        raise LeaseError("container name %r" % lease.container)
    for address, what in ((lease.address, "address"), (lease.own, "own")):
        if address is not None and not is_publishable(address):
            raise LeaseError("%s %r is not an address that can be published" % (what, address))
    return lease


def is_publishable(address: str) -> bool:
    """An address of one machine, not of all, of none or of a group. Loopback passes: a SERVICE_IP of one host may be that."""
    try:
        data = wire.pack_address(address)
    except ValueError:
        return False
    if len(data) == 4:
        return data[0] != 0 and data[0] < 224
    return any(data) and data[0] != 0xFF and not (data[0] == 0xFE and data[1] & 0xC0 == 0x80)


def leases_in(records: Iterable[wire.Record], zone: str, wrong: Optional[List[str]] = None) -> List[Lease]:
    """The valid leases among the records of a zone. `wrong` collects a sentence for each record that is not one."""
    suffix = "._lease." + zone
    leases = []
    for record in records:
        if record.type != wire.TXT or not record.name.endswith(suffix):
            continue
        try:
            lease = parse_lease(record.data)
            if record.name != lease_owner(lease.name, zone):
                raise LeaseError("it is for %s" % lease.name)
            leases.append(lease)
        except LeaseError as error:
            if wrong is not None:
                wrong.append("%s is not a lease: %s" % (record.name, error))
    return leases
