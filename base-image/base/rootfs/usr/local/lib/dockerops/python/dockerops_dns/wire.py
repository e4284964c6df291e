"""DNS messages in wire form: queries, updates (RFC 2136) and their signatures (RFC 8945).

Only what leases need, with nothing but the standard library, because one copy of it stays in memory in
every container: dnspython would double the client's private memory, and it refuses an answer with
BADTIME before looking at its signature, so the server's time in it could not be trusted. The tests
hold this module against dnspython in both directions.

Nothing here touches a socket or a clock. Names are text, lower case, without the final dot; record
data is in wire form, names inside it uncompressed. Everything malformed raises WireError.
"""

import base64
import hashlib
import hmac
import socket
import struct
from typing import Iterable, List, NamedTuple, Optional, Tuple

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA = 1, 2, 5, 6, 12, 15, 16, 28
TSIG, IXFR, AXFR, ANY = 250, 251, 252, 255
TYPE_NAMES = {A: "A", NS: "NS", CNAME: "CNAME", SOA: "SOA", PTR: "PTR", MX: "MX", TXT: "TXT", AAAA: "AAAA"}

CLASS_IN, CLASS_NONE, CLASS_ANY = 1, 254, 255

NOERROR, SERVFAIL, NXDOMAIN, REFUSED, NOTAUTH = 0, 2, 3, 5, 9
BADSIG, BADKEY, BADTIME = 16, 17, 18
RCODE_NAMES = {
    NOERROR: "NOERROR", 1: "FORMERR", SERVFAIL: "SERVFAIL", NXDOMAIN: "NXDOMAIN", 4: "NOTIMP", REFUSED: "REFUSED",
    6: "YXDOMAIN", 7: "YXRRSET", 8: "NXRRSET", NOTAUTH: "NOTAUTH", 10: "NOTZONE",
    BADSIG: "BADSIG", BADKEY: "BADKEY", BADTIME: "BADTIME",
}

FLAG_RESPONSE, FLAG_AUTHORITATIVE, FLAG_TRUNCATED, FLAG_RECURSION_DESIRED = 0x8000, 0x0400, 0x0200, 0x0100
OPCODE_QUERY, OPCODE_NOTIFY, OPCODE_UPDATE = 0, 4 << 11, 5 << 11
OPCODE_BITS = 15 << 11
FUDGE_SECONDS = 300
# Of one name; a name server uses one or two. Without a limit a message could be made that takes minutes to read.
_MAX_JUMPS = 32

_DIGESTS = {
    "hmac-sha224": hashlib.sha224, "hmac-sha256": hashlib.sha256,
    "hmac-sha384": hashlib.sha384, "hmac-sha512": hashlib.sha512,
}
_PLAIN_LABEL = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*/")


class WireError(ValueError):
    """The bytes are not the message that they should be."""


class SignatureError(WireError):
    """The answer is not signed as it must be, so nothing in it may be believed."""


class KeyRefused(SignatureError):
    """The server says that it does not know our key, or that our signature is wrong."""


class ServerTime(Exception):
    """A verified BADTIME answer: the server's clock is too far from ours. `seconds` is its time (Unix)."""

    def __init__(self, seconds: int) -> None:
        super().__init__("the server's clock says %d" % seconds)
        self.seconds = seconds


class Key(NamedTuple):
    """A TSIG key. `secret` is the raw secret, not base64."""
    name: str
    algorithm: str
    secret: bytes

    @staticmethod
    def from_json(document: dict) -> "Key":
        """From {"name", "algorithm", "secret": base64}. ValueError for an unknown algorithm or bad base64."""
        algorithm = str(document["algorithm"]).lower().rstrip(".")
        if algorithm not in _DIGESTS:
            raise ValueError("unknown key algorithm %r" % algorithm)
        return Key(canonical(str(document["name"])), algorithm, base64.b64decode(document["secret"], validate=True))


class Record(NamedTuple):
    """One resource record. Equality is that of the whole record, as in a zone."""
    name: str
    type: int
    ttl: int
    data: bytes


class Change(NamedTuple):
    """One step of an update: add the record, or delete exactly this one (an absent one is no error)."""
    add: bool
    record: Record


class Signature(NamedTuple):
    key_name: str
    algorithm: str
    time: int
    fudge: int
    mac: bytes
    original_id: int
    error: int
    other: bytes
    start: int


class Message(NamedTuple):
    """A parsed message. `signature` is the TSIG record, taken out of the additional section. In an update the question
    is the zone and `authority` has the changes, each with its class (RFC 2136, 2)."""
    wire: bytes
    id: int
    flags: int
    questions: List[Tuple[str, int, int]]
    answer: List[Record]
    authority: List[Tuple[int, Record]]
    signature: Optional[Signature]

    @property
    def rcode(self) -> int:
        return self.flags & 0x0F


def canonical(name: str) -> str:
    """The form in which names are kept and compared."""
    return name.rstrip(".").lower()


def encode_name(name: str) -> bytes:
    """Wire form of a name of letters, digits, - and _ (RFC 1035, 3.1). `""` is the root."""
    encoded = bytearray()
    for label in name.rstrip(".").encode("ascii", "replace").split(b".") if name.rstrip(".") else ():
        if not 0 < len(label) < 64 or not _PLAIN_LABEL.issuperset(label):
            raise WireError("not a name: %r" % name)
        encoded.append(len(label))
        encoded += label
    encoded.append(0)
    if len(encoded) > 255:
        raise WireError("name too long: %r" % name)
    return bytes(encoded)


def decode_name(wire: bytes, offset: int) -> Tuple[str, int]:
    """The name at `offset` and the offset behind it. Follows compression; pointers must go backwards, and be few."""
    labels: List[str] = []
    behind = -1
    limit = offset
    length = jumps = 0
    try:
        while True:
            size = wire[offset]
            if size >= 0xC0:
                target = (size & 0x3F) << 8 | wire[offset + 1]
                jumps += 1
                if behind < 0:
                    behind = offset + 2
                if target >= limit or jumps > _MAX_JUMPS:
                    raise WireError("compression pointer that does not go backwards, or one too many")
                offset = limit = target
                continue
            if size > 63:
                raise WireError("unknown label type")
            offset += 1
            if size == 0:
                break
            label = wire[offset:offset + size]
            length += size + 1
            if len(label) != size or length > 254:
                raise WireError("name does not end")
            labels.append(_label_text(label))
            offset += size
    except IndexError:
        raise WireError("message ends inside a name") from None
    return ".".join(labels), (offset if behind < 0 else behind)


def _label_text(label: bytes) -> str:
    if _PLAIN_LABEL.issuperset(label):
        return label.decode("ascii").lower()
    return "".join(chr(byte).lower() if byte in _PLAIN_LABEL else "\\%03d" % byte for byte in label)


def query(message_id: int, name: str, record_type: int, recurse: bool = False) -> bytes:
    """A question for one name and type."""
    flags = FLAG_RECURSION_DESIRED if recurse else 0
    return struct.pack("!6H", message_id, flags, 1, 0, 0, 0) + encode_question(name, record_type)


def encode_question(name: str, record_type: int) -> bytes:
    return encode_name(name) + struct.pack("!2H", record_type, CLASS_IN)


def transfer_since(message_id: int, zone: str, serial: int) -> bytes:
    """An IXFR question (RFC 1995): what changed in the zone since `serial`."""
    data = encode_name("") * 2 + struct.pack("!5I", serial, 0, 0, 0, 0)
    return (struct.pack("!6H", message_id, 0, 1, 0, 1, 0) + encode_name(zone) + struct.pack("!2H", IXFR, CLASS_IN)
            + encode_record(Record(zone, SOA, 0, data)))


def update(message_id: int, zone: str, changes: Iterable[Change]) -> bytes:
    """An update of one zone (RFC 2136): all of the changes or none, in this order."""
    steps = [
        encode_record(change.record) if change.add else encode_record(change.record._replace(ttl=0), CLASS_NONE)
        for change in changes
    ]
    header = struct.pack("!6H", message_id, OPCODE_UPDATE, 1, 0, len(steps), 0)
    return header + encode_name(zone) + struct.pack("!2H", SOA, CLASS_IN) + b"".join(steps)


def encode_record(record: Record, record_class: int = CLASS_IN) -> bytes:
    head = struct.pack("!2HIH", record.type, record_class, record.ttl, len(record.data))
    return encode_name(record.name) + head + record.data


def parse(wire: bytes) -> Message:
    """Reads a message. Of the additional section only the signature is kept."""
    if len(wire) < 12:
        raise WireError("message shorter than its header")
    message_id, flags, question_count, *counts = struct.unpack_from("!6H", wire)
    offset = 12
    questions: List[Tuple[str, int, int]] = []
    for _ in range(question_count):
        name, offset = decode_name(wire, offset)
        if offset + 4 > len(wire):
            raise WireError("message ends inside a question")
        questions.append((name, *struct.unpack_from("!2H", wire, offset)))
        offset += 4
    answer: List[Record] = []
    authority: List[Tuple[int, Record]] = []
    signature = None
    for section, count in enumerate(counts):
        for index in range(count):
            start = offset
            name, record_type, record_class, ttl, offset, size = _head_of_record(wire, offset)
            if record_type == TSIG:
                if section != 2 or index != count - 1 or record_class != CLASS_ANY or ttl != 0:
                    raise WireError("a signature must be the last record, of class ANY and TTL 0")
                signature = _parse_signature(wire, name, offset, size, start)
            elif section == 0:
                answer.append(Record(name, record_type, ttl, _expand(wire, record_type, offset, size)))
            elif section == 1:
                record = Record(name, record_type, ttl, _expand(wire, record_type, offset, size))
                authority.append((record_class, record))
            offset += size
    if offset != len(wire):
        raise WireError("bytes behind the message")
    return Message(wire, message_id, flags, questions, answer, authority, signature)


def _head_of_record(wire: bytes, offset: int) -> Tuple[str, int, int, int, int, int]:
    """Name, type, class, TTL, where the data begins and its size."""
    name, offset = decode_name(wire, offset)
    if offset + 10 > len(wire):
        raise WireError("message ends inside a record")
    record_type, record_class, ttl, size = struct.unpack_from("!2HIH", wire, offset)
    offset += 10
    if offset + size > len(wire):
        raise WireError("message ends inside a record")
    return name, record_type, record_class, ttl, offset, size


def _expand(wire: bytes, record_type: int, offset: int, size: int) -> bytes:
    """Record data with the names in it uncompressed, so that it can be compared and sent back."""
    if size == 0:
        # An update that deletes all records of a type names no data.
        return b""
    if record_type in (NS, CNAME, PTR):
        return encode_name(_whole(decode_name(wire, offset), offset + size))
    if record_type == SOA:
        primary, at = decode_name(wire, offset)
        contact, at = decode_name(wire, at)
        if at + 20 != offset + size:
            raise WireError("SOA of the wrong length")
        return encode_name(primary) + encode_name(contact) + wire[at:at + 20]
    return wire[offset:offset + size]


def _whole(decoded: Tuple[str, int], end: int) -> str:
    name, behind = decoded
    if behind != end:
        raise WireError("record data of the wrong length")
    return name


def _parse_signature(wire: bytes, name: str, offset: int, size: int, start: int) -> Signature:
    end = offset + size
    algorithm, at = decode_name(wire, offset)
    try:
        time_high, time_low, fudge, mac_size = struct.unpack_from("!HIHH", wire, at)
        at += 10
        mac = wire[at:at + mac_size]
        at += mac_size
        original_id, error, other_size = struct.unpack_from("!3H", wire, at)
        at += 6
    except struct.error:
        raise WireError("message ends inside its signature") from None
    other = wire[at:at + other_size]
    if at + other_size != end or len(mac) != mac_size:
        raise WireError("signature of the wrong length")
    return Signature(name, algorithm, time_high << 32 | time_low, fudge, mac, original_id, error, other, start)


def sign(wire: bytes, key: Key, now: int, request_mac: Optional[bytes] = None, error: int = 0,
         other: bytes = b"") -> Tuple[bytes, bytes]:
    """The message with its signature, and the MAC that the next message will be bound to. `now`: Unix seconds.

    An answer is bound to its request by `request_mac`. `error` and `other` are those of RFC 8945, 5.2.
    """
    message_id = struct.unpack_from("!H", wire)[0]
    signature = Signature(key.name, key.algorithm, now, FUDGE_SECONDS, b"", message_id, error, other, len(wire))
    mac = mac_of(key, _bound_to(request_mac), wire, signature)
    return with_signature(wire, signature._replace(mac=mac)), mac


def with_signature(wire: bytes, signature: Signature) -> bytes:
    """The message with this TSIG record as its last one."""
    data = (encode_name(signature.algorithm) + _time(signature.time)
            + struct.pack("!2H", signature.fudge, len(signature.mac)) + signature.mac
            + struct.pack("!3H", signature.original_id, signature.error, len(signature.other)) + signature.other)
    additional = struct.unpack_from("!H", wire, 10)[0] + 1
    record = encode_name(signature.key_name) + struct.pack("!2HIH", TSIG, CLASS_ANY, 0, len(data)) + data
    return wire[:10] + struct.pack("!H", additional) + wire[12:] + record


def mac_of(key: Key, before: bytes, unsigned: bytes, signature: Signature) -> bytes:
    """The MAC of one whole message without its TSIG record (RFC 8945, 4.3)."""
    message = struct.pack("!H", signature.original_id) + unsigned[2:]
    return hmac.new(key.secret, before + message + _variables(key, signature), _DIGESTS[key.algorithm]).digest()


def unsigned_part(message: Message, signature: Signature) -> bytes:
    """The message as it was before it was signed."""
    additional = struct.unpack_from("!H", message.wire, 10)[0] - 1
    return message.wire[:10] + struct.pack("!H", additional) + message.wire[12:signature.start]


def _bound_to(mac: Optional[bytes]) -> bytes:
    return b"" if mac is None else struct.pack("!H", len(mac)) + mac


def _time(now: int) -> bytes:
    return struct.pack("!HI", now >> 32 & 0xFFFF, now & 0xFFFFFFFF)


def _variables(key: Key, signature: Signature) -> bytes:
    """What a signature covers besides the message (RFC 8945, 4.3.3)."""
    return (encode_name(key.name) + struct.pack("!HI", CLASS_ANY, 0) + encode_name(key.algorithm)
            + _time(signature.time) + struct.pack("!3H", signature.fudge, signature.error, len(signature.other))
            + signature.other)


class Verifier:
    """Checks the signatures of all messages that answer one request (RFC 8945, 5.3.1 for several)."""

    def __init__(self, key: Key, request_mac: bytes) -> None:
        self._key = key
        self._mac = request_mac
        self._first = True
        self._unsigned = b""
        self._pending = 0

    def check(self, message: Message, now: int) -> None:
        """Raises SignatureError when the message is not the server's, ServerTime for a verified BADTIME answer.

        Unsigned messages in the middle of a transfer are accepted here; `finish` refuses a transfer that ends so.
        """
        signature = message.signature
        if signature is None:
            if self._first:
                raise SignatureError("the answer is not signed (%s)" % rcode_name(message.rcode))
            self._pending += 1
            if self._pending > 99:
                raise SignatureError("more than 99 messages without a signature")
            self._unsigned += message.wire
            return
        if signature.error in (BADKEY, BADSIG):
            raise KeyRefused("the server refuses the key %r: %s" % (self._key.name, RCODE_NAMES[signature.error]))
        if (signature.key_name, signature.algorithm) != (self._key.name, self._key.algorithm):
            raise SignatureError("the answer is signed with another key")
        self._check_mac(message, signature)
        if signature.error == BADTIME and len(signature.other) == 6:
            high, low = struct.unpack("!HI", signature.other)
            raise ServerTime(high << 32 | low)
        if signature.error != 0:
            raise SignatureError("the server refuses the signature: %s" % rcode_name(signature.error))
        if abs(signature.time - now) > signature.fudge:
            raise SignatureError("the answer was signed at another time")

    def _check_mac(self, message: Message, signature: Signature) -> None:
        before, unsigned = _bound_to(self._mac) + self._unsigned, unsigned_part(message, signature)
        if self._first:
            expected = mac_of(self._key, before, unsigned, signature)
        else:
            timers = _time(signature.time) + struct.pack("!H", signature.fudge)
            covered = before + struct.pack("!H", signature.original_id) + unsigned[2:] + timers
            expected = hmac.new(self._key.secret, covered, _DIGESTS[self._key.algorithm]).digest()
        if not hmac.compare_digest(expected, signature.mac):
            raise SignatureError("the signature of the answer is wrong")
        self._mac, self._first, self._unsigned, self._pending = signature.mac, False, b"", 0

    def finish(self) -> None:
        """The last message of an answer must be signed."""
        if self._pending or self._first:
            raise SignatureError("the end of the answer is not signed")


def rcode_name(rcode: int) -> str:
    return RCODE_NAMES.get(rcode, "rcode %d" % rcode)


def address_record(name: str, ttl: int, address: str) -> Record:
    """An A or AAAA record, by the form of the address."""
    data = pack_address(address)
    return Record(name, A if len(data) == 4 else AAAA, ttl, data)


def pack_address(address: str) -> bytes:
    """4 or 16 bytes; ValueError when the text is not an address."""
    try:
        return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    except (OSError, UnicodeError):
        raise ValueError("not an address: %r" % address) from None


def unpack_address(data: bytes) -> str:
    if len(data) not in (4, 16):
        raise WireError("address of the wrong length")
    return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)


def reverse_name(address: str) -> str:
    """The name of the address's PTR record."""
    data = pack_address(address)
    if len(data) == 4:
        return ".".join(str(byte) for byte in reversed(data)) + ".in-addr.arpa"
    return ".".join(reversed(data.hex())) + ".ip6.arpa"


def txt_data(strings: Iterable[str]) -> bytes:
    encoded = bytearray()
    for text in strings:
        raw = text.encode("utf-8")
        if len(raw) > 255:
            raise WireError("text longer than 255 bytes")
        encoded.append(len(raw))
        encoded += raw
    return bytes(encoded)


def txt_strings(data: bytes) -> List[str]:
    strings = []
    offset = 0
    while offset < len(data):
        end = offset + 1 + data[offset]
        if end > len(data):
            raise WireError("text does not end")
        strings.append(data[offset + 1:end].decode("utf-8", "replace"))
        offset = end
    return strings


def soa_serial(data: bytes) -> int:
    if len(data) < 22:
        raise WireError("SOA too short")
    return struct.unpack_from("!I", data, len(data) - 20)[0]
