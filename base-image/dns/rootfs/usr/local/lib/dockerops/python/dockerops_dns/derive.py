"""From leases to names: the rules of the zone, as pure functions.

Nothing here reads a clock, a socket or a file. Input is what the book knows of each lease; output is a verdict
for each with its reason, and the exact records that the zone must have.

The rules, in this order:
- a lease that is withdrawn, ended, expired or that the engine denies claims nothing;
- of several containers of one instance the one created last speaks for it, of its starts the newest;
- HIDE claims nothing; APPEND adds its address; REPLACE takes the place of all claims created before it on the same
  name, so when it goes, they are back;
- `dns` and the zone itself belong to the server, and `<service>-<instance>` to that instance until it is stopped or
  forgotten, also where a service has the same name.
"""

from typing import Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Sequence, Set, Tuple

from . import instance_key, lease as leases, wire
from .wire import Record

TTL = 5
SERVER_NAME = "dns"

# What the engine says of a lease's container.
AGREES, ABSENT, UNKNOWN = "agrees", "absent", "unknown"


class Lease(NamedTuple):
    """What a lease permits, whoever has proved it. `start`: the number of the container's creation, which orders
    claims. `address`: the SERVICE_IP at which the instance is found; None: its container's own. `container`: its name
    where the engine can be asked for it, else None. `is_held`: by dockerops, for an instance without a client.
    `has_project_key`: the client signs with the project's key, as clients did that knew no other."""
    service: str
    instance: str
    policy: str
    start: int
    address: Optional[str]
    container: Optional[str]
    is_held: bool = False
    has_project_key: bool = False

    @property
    def name(self) -> str:
        """`<service>-<instance>`"""
        return "%s-%s" % (self.service, self.instance)


def checked(lease: Lease) -> Lease:
    """The same lease; ValueError when its names or its address could not be published."""
    for label, what in ((lease.service, "service"), (lease.instance, "instance"), (lease.name, "service-instance")):
        instance_key.check_label(label, what)
    if lease.policy not in leases.POLICIES:
        raise ValueError("policy %r is none of %s" % (lease.policy, ", ".join(leases.POLICIES)))
    if not isinstance(lease.start, int) or lease.start < 0:
        raise ValueError("start %r is no number" % (lease.start,))
    return lease._replace(address=checked_address(lease.address))


def checked_address(address: object) -> Optional[str]:
    return None if address is None else leases.published(str(address), "address")


class Claimant(NamedTuple):
    """What the book knows of one lease. `since`: start of the client, in seconds of any one clock. `address` is what it
    may publish now, `own` what its container is said to have; `idle_seconds` how long it was not renewed."""
    lease: Lease
    boot: str
    since: float
    address: Optional[str]
    own: Optional[str]
    idle_seconds: float
    is_expired: bool
    is_withdrawn: bool
    engine: str = UNKNOWN
    is_ended: bool = False


class Verdict(NamedTuple):
    """`speaks`: the lease speaks for its instance (it may still publish nothing, or lose a name to another)."""
    claimant: Claimant
    speaks: bool
    reason: str


class Claim(NamedTuple):
    """One claim on one name, and whether its address is among the answers. `is_refused`: the name is that of something
    of another kind, which is a mistake; otherwise the policies say who wins."""
    verdict: Verdict
    wins: bool
    reason: str
    is_refused: bool = False


def _order(claimant: Claimant) -> Tuple[int, float, str, str]:
    # The name and boot only make equal starts come out the same way every time.
    return claimant.lease.start, claimant.since, claimant.lease.name, claimant.boot


def server_lease(service: str, instance: str, address: str) -> Lease:
    """The dns instance's own, which nobody has to renew. ValueError when the names are none."""
    return checked(Lease(service, instance, leases.APPEND, 0, address, None, is_held=True))


def server_claimant(lease: Lease, since: float) -> Claimant:
    # The server itself says so, so the engine need not be asked.
    return Claimant(lease, "server", since, lease.address, lease.address, 0.0, False, False, AGREES)


def judge(claimants: Iterable[Claimant]) -> List[Verdict]:
    """A verdict for every lease, in the order in which their containers were created."""
    ordered = sorted(claimants, key=_order)
    newest: Dict[str, Claimant] = {}
    for claimant in ordered:
        if not _gone(claimant):
            newest[claimant.lease.name] = claimant
    verdicts = []
    for claimant in ordered:
        gone = _gone(claimant)
        if gone:
            verdicts.append(Verdict(claimant, False, gone))
        elif newest[claimant.lease.name] is not claimant:
            verdicts.append(Verdict(claimant, False, "a newer start of the same instance speaks for it"))
        else:
            verdicts.append(Verdict(claimant, True, _alive(claimant)))
    return verdicts


def _gone(claimant: Claimant) -> str:
    """Why the lease claims nothing, or an empty text."""
    if claimant.is_withdrawn:
        return "withdrawn"
    if claimant.is_ended:
        return "ended by its client"
    if claimant.engine == ABSENT:
        where = "" if claimant.own is None else " at %s" % claimant.own
        return "gone: the engine has no container %s%s" % (claimant.lease.container, where)
    if claimant.is_expired:
        return "expired: not renewed for %d s" % claimant.idle_seconds
    return ""


def _alive(claimant: Claimant) -> str:
    if claimant.lease.is_held:
        return "held for the instance by dockerops"
    return "renewed %d s ago" % claimant.idle_seconds


def claims_by_name(verdicts: Sequence[Verdict]) -> Dict[str, List[Claim]]:
    """Every claim on every name (relative to the zone), oldest first. Losing ones are there too, with the reason."""
    names: Dict[str, List[Verdict]] = {}
    for verdict in verdicts:
        lease = verdict.claimant.lease
        for name in (lease.service, lease.name):
            names.setdefault(name, []).append(verdict)
    return {name: _settle(name, verdicts) for name, verdicts in names.items()}


def _settle(name: str, verdicts: Sequence[Verdict]) -> List[Claim]:
    owner = _owner(name, verdicts)
    replacer = None
    for verdict in verdicts:
        may_replace = owner in ("", verdict.claimant.lease.name) and verdict.claimant.address
        if verdict.speaks and verdict.claimant.lease.policy == leases.REPLACE and may_replace:
            replacer = verdict
    is_replaced = replacer is not None
    claims = []
    for verdict in verdicts:
        lease = verdict.claimant.lease
        if verdict is replacer:
            is_replaced = False
        if not verdict.speaks:
            claims.append(Claim(verdict, False, verdict.reason))
        elif name == SERVER_NAME:
            claims.append(Claim(verdict, False, "the name belongs to the DNS server", is_refused=True))
        elif owner not in ("", lease.name):
            reason = "the name belongs to instance %s of %s" % _parts(owner, verdicts)
            claims.append(Claim(verdict, False, reason, is_refused=True))
        elif lease.policy == leases.HIDE:
            claims.append(Claim(verdict, False, "HIDE publishes nothing"))
        elif not verdict.claimant.address:
            claims.append(Claim(verdict, False, _no_address(verdict.claimant)))
        elif is_replaced and replacer is not None:
            reason = "replaced by the newer %s" % replacer.claimant.lease.name
            claims.append(Claim(verdict, False, reason))
        elif lease.policy == leases.REPLACE:
            claims.append(Claim(verdict, True, "REPLACE, and the newest living one"))
        else:
            claims.append(Claim(verdict, True, "APPEND, and living"))
    return claims


def _owner(name: str, verdicts: Sequence[Verdict]) -> str:
    """The instance that has this as its own name: service `web-one` may not have that of `one` of `web`, also when this
    was killed: who looks for it would be led to something else. One that was stopped or removed has let go of it."""
    claimants = (verdict.claimant for verdict in verdicts)
    kept = (each.lease.name for each in claimants if not (each.is_ended or each.is_withdrawn))
    return next((each for each in kept if each == name), "")


def _parts(name: str, verdicts: Sequence[Verdict]) -> Tuple[str, str]:
    lease = next(verdict.claimant.lease for verdict in verdicts if verdict.claimant.lease.name == name)
    return lease.instance, lease.service


def _no_address(claimant: Claimant) -> str:
    if claimant.lease.container is None:
        return "nothing is published: it is not on the server's engine and network, and has no SERVICE_IP"
    return "waiting for the engine to confirm container %s at %s" % (claimant.lease.container, claimant.own)


def forward_records(claims: Dict[str, List[Claim]], zone: str, server_address: str) -> FrozenSet[Record]:
    """All address and NS records of the zone."""
    server = "%s.%s" % (SERVER_NAME, zone)
    records: Set[Record] = {
        wire.address_record(server, TTL, server_address),
        Record(zone, wire.NS, TTL, wire.encode_name(server)),
    }
    for name, of_name in claims.items():
        for claim in of_name:
            if claim.wins and claim.verdict.claimant.address:
                records.add(wire.address_record("%s.%s" % (name, zone), TTL, claim.verdict.claimant.address))
    return frozenset(records)


def reverse_records(verdicts: Sequence[Verdict], zone: str, server_address: str,
                    reverse_zones: Sequence[str]) -> Dict[str, FrozenSet[Record]]:
    """The PTR and NS records of each reverse zone: every address leads to the `<service>-<instance>` behind it."""
    server = "%s.%s" % (SERVER_NAME, zone)
    records: Dict[str, Set[Record]] = {
        reverse_zone: {Record(reverse_zone, wire.NS, TTL, wire.encode_name(server))} for reverse_zone in reverse_zones
    }
    pairs = [(server_address, server)]
    for verdict in verdicts:
        address = verdict.claimant.address
        if verdict.speaks and address and verdict.claimant.lease.policy != leases.HIDE:
            pairs.append((address, "%s.%s" % (verdict.claimant.lease.name, zone)))
    for address, target in pairs:
        owner = wire.reverse_name(address)
        for reverse_zone in reverse_zones:
            if owner.endswith("." + reverse_zone):
                records[reverse_zone].add(Record(owner, wire.PTR, TTL, wire.encode_name(target)))
    return {reverse_zone: frozenset(found) for reverse_zone, found in records.items()}


def is_in_zones(address: str, reverse_zones: Sequence[str]) -> bool:
    """True for an address of a served network. ValueError when it is none."""
    owner = wire.reverse_name(address)
    return any(owner.endswith("." + zone) for zone in reverse_zones)


def difference(wanted: FrozenSet[Record], present: Iterable[Record]) -> List[wire.Change]:
    """The changes that make the records of a zone the wanted ones; its SOA is the server's.

    Additions first: bind refuses to delete the last NS record of a zone, also when another follows in the same message.
    Records that differ only in their TTL are replaced by adding them, since a set of records has one TTL.
    """
    found = frozenset(record for record in present if record.type != wire.SOA)
    kept = {record._replace(ttl=0) for record in wanted}
    return ([wire.Change(True, record) for record in sorted(wanted - found)]
            + [wire.Change(False, record) for record in sorted(found - wanted) if record._replace(ttl=0) not in kept])
