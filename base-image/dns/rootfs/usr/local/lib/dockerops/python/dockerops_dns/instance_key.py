"""The key of one instance: its name says what it permits, its secret proves who made it.

    <instance>.<service>.<start>.<policy>.<place>.<address>     one.web.1722500000000.append.near.own

`start` is a number that grows with each creation of a container. `place`: `near` for containers on the engine and
network of the server, else `far`. `address`: `own` for the container's own (near only), `none`, or a SERVICE_IP
written as one label: 192-0-2-7, or the 32 hex digits of an IPv6 address.

The secret is HMAC-SHA256(project key, name), so only who has the project's key can make one, and no instance has that.
The same names are made by src/lib/project/resolve/instance-key.ts.
"""

import hashlib
import hmac
import re
from typing import NamedTuple, Optional

from . import lease as leases, wire
from .wire import Key

ALGORITHM = "hmac-sha256"
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")
_START = re.compile(r"[0-9]{1,18}\Z")
_IPV6 = re.compile(r"[0-9a-f]{32}\Z")
NEAR, FAR = "near", "far"
OWN, NONE = "own", "none"


class BadKeyName(ValueError):
    """The name of a key that is no instance's."""


class Permission(NamedTuple):
    """What one key permits. `address`: the SERVICE_IP. `is_near`: the engine is asked about the container; without
    `address` its own is published then, and nothing otherwise."""
    service: str
    instance: str
    start: int
    policy: str
    is_near: bool
    address: Optional[str]

    @property
    def name(self) -> str:
        """`<service>-<instance>`"""
        return "%s-%s" % (self.service, self.instance)


def instance_key(project_key: Key, name: str) -> Key:
    """The instance's key of this name."""
    name = wire.canonical(name)
    return Key(name, ALGORITHM, hmac.new(project_key.secret, name.encode("ascii"), hashlib.sha256).digest())


def permission_of(name: str) -> Permission:
    """What the key of this name permits. BadKeyName when it is no instance's."""
    labels = wire.canonical(name).split(".")
    if len(labels) != 6:
        raise BadKeyName("%r has not the six parts of an instance's key" % name)
    instance, service, start, policy, place, address = labels
    check_label(service, "service")
    check_label(instance, "instance")
    check_label("%s-%s" % (service, instance), "service-instance")
    if not _START.match(start):
        raise BadKeyName("start %r is no number" % start)
    if policy.upper() not in leases.POLICIES:
        raise BadKeyName("policy %r is none of %s" % (policy, ", ".join(leases.POLICIES)))
    if place not in (NEAR, FAR) or (address == OWN and place != NEAR):
        raise BadKeyName("place %r with address %r" % (place, address))
    permitted = None if address in (OWN, NONE) else address_in(address)
    return Permission(service, instance, int(start), policy.upper(), place == NEAR, permitted)


def check_label(text: str, what: str) -> None:
    if not _LABEL.match(text):
        raise BadKeyName("%s %r is not a DNS label" % (what, text))


def address_in(label: str) -> str:
    """The address that is written as one label."""
    text = label.replace("-", ".")
    if _IPV6.match(label):
        text = wire.unpack_address(bytes.fromhex(label))
    try:
        return leases.published(text, "address")
    except leases.LeaseError as error:
        raise BadKeyName(str(error)) from None
