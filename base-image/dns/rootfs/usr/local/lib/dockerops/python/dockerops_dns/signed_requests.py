"""The server's side of signed messages (RFC 8945, 5.2): is a request signed by its key, and the signing of answers."""

import hmac
import struct
from typing import Optional

from . import wire
from .wire import Key, Message, Signature


class Rejected(Exception):
    """A request whose signature is not accepted. `error`: the TSIG error code. A request of a known key at a wrong time
    is answered with the `time` that would be right, signed with the `key`."""

    def __init__(self, error: int, why: str, key: Optional[Key] = None, time: int = 0) -> None:
        super().__init__(why)
        self.error = error
        self.key = key
        self.time = time


def check_signature(request: Message, signature: Signature, key: Key) -> None:
    """Rejected unless the request is signed with the key. Its time is not looked at."""
    if signature.algorithm != key.algorithm:
        raise Rejected(wire.BADKEY, "algorithm %s instead of %s" % (signature.algorithm, key.algorithm))
    expected = wire.mac_of(key, b"", wire.unsigned_part(request, signature), signature)
    if not hmac.compare_digest(expected, signature.mac):
        raise Rejected(wire.BADSIG, "not signed with the key of that name")


def check_time(signature: Signature, key: Key, now: int, not_before: int) -> None:
    """Rejected when it was signed at another time, or before the last accepted request: then somebody may have kept it.

    `not_before` counts only where it can be true: after the server's clock was set back it would be in the future.
    """
    earliest = not_before if not_before <= now + wire.FUDGE_SECONDS else 0
    if abs(signature.time - now) > min(signature.fudge, wire.FUDGE_SECONDS) or signature.time < earliest:
        raise Rejected(wire.BADTIME, "signed %d s ago" % (now - signature.time), key, max(now, earliest))


def answer(request: Message, rcode: int) -> bytes:
    """An unsigned answer without records."""
    flags = wire.FLAG_RESPONSE | request.flags & wire.OPCODE_BITS | rcode
    questions = b"".join(wire.encode_question(name, kind) for name, kind, _ in request.questions[:1])
    return struct.pack("!6H", request.id, flags, len(request.questions[:1]), 0, 0, 0) + questions


def signed_answer(request: Message, signature: Signature, key: Key, rcode: int, now: int) -> bytes:
    return _with_id(request.id, wire.sign(_original(answer(request, rcode), signature), key, now, signature.mac)[0])


def rejection(request: Message, signature: Signature, rejected: Rejected) -> bytes:
    """The answer to a request that is not accepted.

    Its code is REFUSED: a name server that forwards requests keeps answers with NOTAUTH to itself.
    """
    plain = _original(answer(request, wire.REFUSED), signature)
    if rejected.key is None:
        refused = signature._replace(mac=b"", error=rejected.error, other=b"")
        return _with_id(request.id, wire.with_signature(plain, refused))
    time = struct.pack("!HI", rejected.time >> 32 & 0xFFFF, rejected.time & 0xFFFFFFFF)
    signed = wire.sign(plain, rejected.key, signature.time, signature.mac, rejected.error, time)[0]
    return _with_id(request.id, signed)


def _original(message: bytes, signature: Signature) -> bytes:
    """The message under the id that the client gave it, which is the one that signatures cover (RFC 8945, 5.1)."""
    return _with_id(signature.original_id, message)


def _with_id(message_id: int, message: bytes) -> bytes:
    """A name server that forwards a request gives it an id of its own, and knows the answer by that."""
    return struct.pack("!H", message_id) + message[2:]
