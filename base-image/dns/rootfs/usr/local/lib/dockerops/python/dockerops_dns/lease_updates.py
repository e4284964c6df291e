"""Takes the updates of clients: is each signed with its own key, does it speak of its own lease alone, is it new.

named forwards updates of `_lease.<zone>` without knowing their keys, and the answers back; only the arbiter makes sure
of them. Everything that comes in here may be hostile, but for its length.
"""

import collections
import struct
from typing import Callable, List, NamedTuple, Optional, Tuple

from . import derive, instance_key, lease as leases, signed_requests, wire
from .book import Book, Full, OutOfDate
from .derive import Lease
from .instance_key import BadKeyName, Permission
from .lease_zone import LeaseZone
from .signed_requests import Rejected
from .wire import Key, Message, Record, Signature

# Questions, answers or conditions, changes, and the signature with options beside it.
_LARGEST_SECTIONS = (1, 4, 16, 4)
_REFUSALS_REMEMBERED = 200
_REFUSED_SECONDS = 300.0
_FULL_LOGGED_SECONDS = 600.0


class NotPermitted(Exception):
    """The update is not what a client may send."""


class Refusal:
    """Why an instance's update was last refused, and when. Whoever sent it may not have been the instance."""

    def __init__(self, reason: str, now: float) -> None:
        self.reason = reason
        self.at = now


class Served(NamedTuple):
    """`containers`: what the names of the project's containers begin with. `reverse_zones`: of the served networks."""
    zone: str
    project_key: Key
    containers: str
    reverse_zones: List[str]


def _is_small(packet: bytes) -> bool:
    """A request of which no section is larger than those of an update or a question for the zone: cheap to read."""
    if len(packet) < 12:
        return False
    _, flags, *counts = struct.unpack_from("!6H", packet)
    return not flags & wire.FLAG_RESPONSE and all(count <= most for count, most in zip(counts, _LARGEST_SECTIONS))


class LeaseUpdates:
    """Answers the messages that named hands on. `changed` is called when names may have to change."""

    def __init__(self, book: Book, lease_zone: LeaseZone, served: Served, changed: Callable[[], None],
                 log: Callable[[str], None], steady: Callable[[], float], wall: Callable[[], float]) -> None:
        self._book = book
        self._lease_zone = lease_zone
        self._served = served
        self._changed = changed
        self._log = log
        self._steady = steady
        self._wall = wall
        self._full_logged_at: Optional[float] = None
        self._refusals: "collections.OrderedDict[str, Refusal]" = collections.OrderedDict()

    def answers(self, packet: bytes) -> List[bytes]:
        """What to send back; nothing to what is no request."""
        if not _is_small(packet):
            return []
        try:
            request = wire.parse(packet)
            answers = self._lease_zone.answers(request)
            return [self._update(request)] if answers is None else answers
        except wire.WireError:
            # No message, or one about names that nobody here can have.
            return []

    def refusal(self, name: str) -> Optional[Tuple[str, float]]:
        """The reason and the age in seconds of the last refusal of an update for the instance, if it is recent."""
        refusal = self._refusals.get(name)
        if refusal is None or self._steady() - refusal.at > _REFUSED_SECONDS:
            return None
        return refusal.reason, self._steady() - refusal.at

    def _update(self, request: Message) -> bytes:
        signature = request.signature
        is_update = request.flags & wire.OPCODE_BITS == wire.OPCODE_UPDATE
        is_ours = request.questions == [(self._lease_zone.name, wire.SOA, wire.CLASS_IN)]
        if signature is None or not is_update or not is_ours:
            return signed_requests.answer(request, wire.REFUSED)
        now = int(self._wall())
        try:
            permission, key = self._permission(request, signature)
            signed_requests.check_time(signature, key, now, self._book.signed_at(key.name))
        except Rejected as rejected:
            return signed_requests.rejection(request, signature, rejected)
        rcode = wire.NOERROR
        try:
            self._take(request, permission, key, signature.time)
            self._refusals.pop(permission.name, None)
        except (NotPermitted, leases.LeaseError, OutOfDate, Full) as error:
            self._remember(permission, "%s" % error)
            rcode = wire.REFUSED
            self._log_when_full(error)
        return signed_requests.signed_answer(request, signature, key, rcode, now)

    def _permission(self, request: Message, signature: Signature) -> Tuple[Permission, Key]:
        try:
            permission = instance_key.permission_of(signature.key_name)
        except BadKeyName as error:
            raise Rejected(wire.BADKEY, str(error)) from None
        key = instance_key.instance_key(self._served.project_key, signature.key_name)
        try:
            signed_requests.check_signature(request, signature, key)
        except Rejected:
            self._remember(permission, "its key is not of this project's key: it was made with another one")
            raise
        return permission, key

    def _take(self, request: Message, permission: Permission, key: Key, signed_at: int) -> None:
        is_added, renewal = self._renewal(request, permission)
        now = self._steady()
        if is_added:
            self._check_own_address(permission, renewal)
            has_changed = self._book.renew(key.name, self._lease(permission), renewal, now, signed_at)
        else:
            has_changed = self._book.end(key.name, renewal, now, signed_at)
        if has_changed:
            self._changed()

    def _renewal(self, request: Message, permission: Permission) -> Tuple[bool, leases.Renewal]:
        """Whether the lease is added, and what of. NotPermitted for all but one TXT record of the key's own owner."""
        changes: List[Tuple[int, Record]] = request.authority
        if request.answer or len(changes) != 1:
            raise NotPermitted("an update is one change without conditions")
        record_class, record = changes[0]
        owner = leases.lease_owner(permission.name, self._served.zone)
        is_text = record.type == wire.TXT and record_class in (wire.CLASS_IN, wire.CLASS_NONE)
        if record.name != owner or not is_text:
            raise NotPermitted("its key is for the TXT record of %s alone" % owner)
        return record_class == wire.CLASS_IN, leases.parse_renewal(record.data)

    def _check_own_address(self, permission: Permission, renewal: leases.Renewal) -> None:
        """The engine is asked about it, too, but not every engine can be."""
        if not permission.is_near or permission.address is not None:
            return
        if renewal.own is None or not derive.is_in_zones(renewal.own, self._served.reverse_zones):
            raise NotPermitted("its own address %s is not of a network of the server" % renewal.own)

    def _lease(self, permission: Permission) -> Lease:
        container = self._served.containers + permission.name if permission.is_near else None
        return Lease(permission.service, permission.instance, permission.policy, permission.start,
                     permission.address, container)

    def _remember(self, permission: Permission, reason: str) -> None:
        self._refusals[permission.name] = Refusal(reason, self._steady())
        self._refusals.move_to_end(permission.name)
        while len(self._refusals) > _REFUSALS_REMEMBERED:
            self._refusals.popitem(last=False)

    def _log_when_full(self, error: Exception) -> None:
        now = self._steady()
        if not isinstance(error, Full):
            return
        if self._full_logged_at is None or now - self._full_logged_at >= _FULL_LOGGED_SECONDS:
            self._full_logged_at = now
            self._log("%s: an instance that comes now gets no name" % error)
