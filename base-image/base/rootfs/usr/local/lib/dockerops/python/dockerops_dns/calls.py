"""What the programs have in common that dockerops calls by exec: `dockerops-dns` beside the server, and
`dns-lease` in every instance that has the client. One JSON document each, and a wait for names.
"""

import json
import time
from typing import Callable, Dict, List, NamedTuple, Optional, Set, Tuple

from . import exchange, wire

_LOOK_SECONDS = 0.03
_ANSWER_SECONDS = 1.0


class Failed(Exception):
    """Ends the call with this exit code and document."""

    def __init__(self, code: int, document: dict) -> None:
        super().__init__(document.get("error", ""))
        self.code = code
        self.document = document


def usage(why: str, lines: str) -> Failed:
    return Failed(2, {"error": why, "usage": lines.split("\n")})


def print_answer(call: Callable[[], dict]) -> int:
    """The exit code. 0, 1 with {"error"}, 2 for wrong usage, 3 when the time is over."""
    try:
        code, document = 0, call()
    except Failed as failed:
        code, document = failed.code, failed.document
    print(json.dumps(document))
    return code


class Expected(NamedTuple):
    name: str
    address: Optional[str]


class Served(NamedTuple):
    """A zone, and who answers for it."""
    zone: str
    server: str
    port: int


def parse_await(arguments: List[str]) -> Tuple[float, List[Expected]]:
    """`--timeout SECONDS NAME[=ADDRESS] ...`"""
    if len(arguments) < 3 or arguments[0] != "--timeout":
        raise usage("await needs --timeout and a name", "await --timeout SECONDS NAME[=ADDRESS] ...")
    try:
        return float(arguments[1]), [parse_expected(argument) for argument in arguments[2:]]
    except ValueError as error:
        raise usage(str(error), "await --timeout SECONDS NAME[=ADDRESS] ...") from None


def parse_expected(text: str) -> Expected:
    """NAME=ADDRESS, or NAME alone for any address. ValueError when it is neither."""
    name, _, address = text.partition("=")
    wire.encode_name(name)
    if not name:
        raise ValueError("no name in %r" % text)
    return Expected(wire.canonical(name), wire.unpack_address(wire.pack_address(address)) if address else None)


def await_names(seconds: float, expected: List[Expected], where: Callable[[], Optional[Served]],
                explain: Callable[[Expected], dict]) -> dict:
    """Returns when the server answers as expected; Failed, with what `explain` knows of each, when the time is over."""
    began = time.monotonic()
    answers: Dict[Expected, object] = {}
    pending = expected
    while True:
        served = where()
        pending = [one for one in pending if not _is_answered(one, served, answers)]
        waited = time.monotonic() - began
        if not pending:
            return {"resolved": [one.name for one in expected], "waited_seconds": round(waited, 3)}
        if waited >= seconds:
            names = ", ".join(one.name for one in pending)
            raise Failed(3, {
                "error": "after %g s these names do not answer as expected: %s" % (seconds, names),
                "pending": [
                    {"name": one.name, "expected": one.address, "answers": answers.get(one), **explain(one)}
                    for one in pending
                ],
            })
        time.sleep(min(_LOOK_SECONDS, max(0.0, seconds - waited)))


def _is_answered(one: Expected, served: Optional[Served], answers: Dict[Expected, object]) -> bool:
    if served is None:
        answers[one] = "the server is starting"
        return False
    try:
        found: Set[str] = set()
        name = "%s.%s" % (one.name, served.zone)
        for record_type in _types_of(one.address):
            answer = exchange.ask(served.server, served.port, name, record_type, _ANSWER_SECONDS)
            found |= {wire.unpack_address(record.data) for record in answer.answer if record.type == record_type}
    except (OSError, wire.WireError) as error:
        answers[one] = "the server does not answer: %s" % error
        return False
    answers[one] = sorted(found)
    return bool(found) if one.address is None else one.address in found


def _types_of(address: Optional[str]) -> Tuple[int, ...]:
    if address is None:
        return wire.A, wire.AAAA
    return (wire.AAAA if ":" in address else wire.A,)
