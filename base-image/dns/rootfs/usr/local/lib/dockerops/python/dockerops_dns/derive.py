"""From leases to names: the rules of the zone, as pure functions.

Nothing here reads a clock, a socket or a file. Input is what the book knows of each lease; output is a verdict
for each with its reason, and the exact records that the zone must have.

The rules, in this order:
- a lease that is withdrawn, expired or that the engine denies claims nothing;
- of several starts of one instance the newest living one speaks for it;
- HIDE claims nothing; APPEND adds its address; REPLACE takes the place of all claims before it on the same name,
  so when it goes, they are back;
- `dns` and the zone itself belong to the server.
"""

from typing import Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Sequence, Set, Tuple

from . import lease as leases, wire
from .lease import Lease
from .wire import Record

TTL = 5
SERVER_NAME = "dns"

# What the engine says of a lease's container.
AGREES, ABSENT, UNKNOWN = "agrees", "absent", "unknown"


class Standing(NamedTuple):
    """What the book knows of one lease. `since`: start of the holder, in seconds of any one clock; orders the claims.
    `address` is the claimed one after asking the engine; `idle_seconds` how long its counter has stood still."""
    lease: Lease
    since: float
    address: Optional[str]
    idle_seconds: float
    is_expired: bool
    is_withdrawn: bool
    engine: str = UNKNOWN


class Verdict(NamedTuple):
    """`speaks`: the lease speaks for its instance (it may still publish nothing, or lose a name to another)."""
    standing: Standing
    speaks: bool
    reason: str


class Claim(NamedTuple):
    """One claim on one name, and whether its address is among the answers."""
    verdict: Verdict
    wins: bool
    reason: str


def _order(standing: Standing) -> Tuple[float, str, str]:
    # The name and boot only make equal starts come out the same way every time.
    return standing.since, standing.lease.name, standing.lease.boot


def server_lease(service: str, instance: str, address: str) -> Lease:
    """The dns instance's own claim to its names, which nobody has to renew. LeaseError when the names are none."""
    return leases.validate(Lease(service, instance, address, leases.APPEND, "server", 0, 0.0, leases.ENGINE))


def judge(standings: Iterable[Standing]) -> List[Verdict]:
    """A verdict for every lease, oldest first."""
    ordered = sorted(standings, key=_order)
    newest: Dict[str, Standing] = {}
    for standing in ordered:
        if not _gone(standing):
            newest[standing.lease.name] = standing
    verdicts = []
    for standing in ordered:
        gone = _gone(standing)
        if gone:
            verdicts.append(Verdict(standing, False, gone))
        elif newest[standing.lease.name] is not standing:
            verdicts.append(Verdict(standing, False, "a newer start of the same instance speaks for it"))
        else:
            verdicts.append(Verdict(standing, True, _alive(standing)))
    return verdicts


def _gone(standing: Standing) -> str:
    """Why the lease claims nothing, or an empty text."""
    if standing.is_withdrawn:
        return "withdrawn"
    if standing.is_expired:
        return "expired: not renewed for %d s" % standing.idle_seconds
    if standing.engine == ABSENT:
        return "gone: the engine does not answer for container %s with its address" % standing.lease.container
    return ""


def _alive(standing: Standing) -> str:
    if standing.lease.held_by == leases.ENGINE:
        return "held for the instance by dockerops"
    return "renewed %d s ago" % standing.idle_seconds


def claims_by_name(verdicts: Sequence[Verdict]) -> Dict[str, List[Claim]]:
    """Every claim on every name (relative to the zone), oldest first. Losing ones are there too, with the reason."""
    names: Dict[str, List[Verdict]] = {}
    for verdict in verdicts:
        lease = verdict.standing.lease
        for name in (lease.service, lease.name):
            names.setdefault(name, []).append(verdict)
    return {name: _settle(name, verdicts) for name, verdicts in names.items()}


def _settle(name: str, verdicts: Sequence[Verdict]) -> List[Claim]:
    replacer = None
    for verdict in verdicts:
        if verdict.speaks and verdict.standing.lease.policy == leases.REPLACE and verdict.standing.address:
            replacer = verdict
    is_replaced = replacer is not None
    claims = []
    for verdict in verdicts:
        lease = verdict.standing.lease
        if verdict is replacer:
            is_replaced = False
        if not verdict.speaks:
            claims.append(Claim(verdict, False, verdict.reason))
        elif name == SERVER_NAME:
            claims.append(Claim(verdict, False, "the name belongs to the DNS server"))
        elif lease.policy == leases.HIDE:
            claims.append(Claim(verdict, False, "HIDE publishes nothing"))
        elif not verdict.standing.address:
            claims.append(Claim(verdict, False, "it has no address to publish"))
        elif is_replaced and replacer is not None:
            claims.append(Claim(verdict, False, "replaced by the newer %s" % replacer.standing.lease.name))
        elif lease.policy == leases.REPLACE:
            claims.append(Claim(verdict, True, "REPLACE, and the newest living one"))
        else:
            claims.append(Claim(verdict, True, "APPEND, and living"))
    return claims


def forward_records(claims: Dict[str, List[Claim]], zone: str, server_address: str) -> FrozenSet[Record]:
    """All address and NS records of the zone."""
    server = "%s.%s" % (SERVER_NAME, zone)
    records: Set[Record] = {
        wire.address_record(server, TTL, server_address),
        Record(zone, wire.NS, TTL, wire.encode_name(server)),
    }
    for name, of_name in claims.items():
        for claim in of_name:
            if claim.wins and claim.verdict.standing.address:
                records.add(wire.address_record("%s.%s" % (name, zone), TTL, claim.verdict.standing.address))
    return frozenset(records)


def reverse_records(verdicts: Sequence[Verdict], zone: str, server_address: str, reverse_zones: Sequence[str]) -> Dict[str, FrozenSet[Record]]:
    """The PTR and NS records of each reverse zone: every address leads to the names `<service>-<instance>` behind it."""
    server = "%s.%s" % (SERVER_NAME, zone)
    records: Dict[str, Set[Record]] = {
        reverse_zone: {Record(reverse_zone, wire.NS, TTL, wire.encode_name(server))} for reverse_zone in reverse_zones
    }
    pairs = [(server_address, server)]
    for verdict in verdicts:
        address = verdict.standing.address
        if verdict.speaks and address and verdict.standing.lease.policy != leases.HIDE:
            pairs.append((address, "%s.%s" % (verdict.standing.lease.name, zone)))
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


DERIVED_TYPES = frozenset((wire.A, wire.AAAA, wire.PTR, wire.NS, wire.CNAME))


def derived(records: Iterable[Record]) -> FrozenSet[Record]:
    """Those that only the arbiter writes."""
    return frozenset(record for record in records if record.type in DERIVED_TYPES)


def difference(wanted: FrozenSet[Record], present: Iterable[Record]) -> List[wire.Change]:
    """The changes that make the derived records of a zone the wanted ones, and touch nothing else.

    Additions first: bind refuses to delete the last NS record of a zone, also when another follows in the same message.
    Records that differ only in their TTL are replaced by adding them, since a set of records has one TTL.
    """
    found = derived(present)
    kept = {record._replace(ttl=0) for record in wanted}
    return ([wire.Change(True, record) for record in sorted(wanted - found)]
            + [wire.Change(False, record) for record in sorted(found - wanted) if record._replace(ttl=0) not in kept])
