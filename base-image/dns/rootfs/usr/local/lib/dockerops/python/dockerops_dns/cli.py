"""`dockerops-dns`: the calls that dockerops makes by exec in the dns container.

Every call prints one JSON document on standard output. Exit: 0, 1 with {"error"}, 2 for wrong usage, 3 when the
time is over. Imports little: `await`, `hold` and `withdraw` are on the path of every run and clean.
"""

import json
import socket
import sys
import time
from typing import Callable, Dict, List, NamedTuple, Optional, Set

from . import exchange, wire
from .paths import Paths

USAGE = """\
dockerops-dns await --timeout SECONDS NAME[=ADDRESS] ...
dockerops-dns hold '{"service", "instance", "address", "policy"}' ...
dockerops-dns withdraw SERVICE-INSTANCE ...
dockerops-dns ps
dockerops-dns check [--fix]
dockerops-dns why NAME"""

_ARBITER_SECONDS = 20.0
_LOOK_SECONDS = 0.03
_NAMED_SECONDS = 1.0


class Failed(Exception):
    """Ends the call with this exit code and document."""

    def __init__(self, code: int, document: dict) -> None:
        super().__init__(document.get("error", ""))
        self.code = code
        self.document = document


def usage(why: str) -> Failed:
    return Failed(2, {"error": why, "usage": USAGE.split("\n")})


class Expected(NamedTuple):
    name: str
    address: Optional[str]


def main(arguments: List[str], paths: Paths = Paths()) -> int:
    try:
        document = dispatch(arguments, paths)
        code = 0
    except Failed as failed:
        code, document = failed.code, failed.document
    print(json.dumps(document))
    return code


def dispatch(arguments: List[str], paths: Paths) -> dict:
    calls: Dict[str, Callable[[List[str], Paths], dict]] = {
        "await": _await, "hold": _hold, "withdraw": _withdraw, "ps": _ps, "check": _check, "why": _why,
    }
    if not arguments or arguments[0] not in calls:
        raise usage("no such call: %s" % (arguments[0] if arguments else "(none)"))
    return calls[arguments[0]](arguments[1:], paths)


def _hold(arguments: List[str], paths: Paths) -> dict:
    try:
        held = [json.loads(argument) for argument in arguments]
    except ValueError as error:
        raise usage("not JSON: %s" % error) from None
    if not held:
        raise usage("hold needs a lease")
    return ask_arbiter({"call": "hold", "leases": held}, paths)


def _withdraw(arguments: List[str], paths: Paths) -> dict:
    if not arguments:
        raise usage("withdraw needs the name of an instance")
    return ask_arbiter({"call": "withdraw", "names": arguments}, paths)


def _ps(arguments: List[str], paths: Paths) -> dict:
    if arguments:
        raise usage("ps takes nothing")
    return ask_arbiter({"call": "ps"}, paths)


def _check(arguments: List[str], paths: Paths) -> dict:
    if arguments not in ([], ["--fix"]):
        raise usage("check takes --fix only")
    return ask_arbiter({"call": "check", "fix": bool(arguments)}, paths)


def _why(arguments: List[str], paths: Paths) -> dict:
    if len(arguments) != 1:
        raise usage("why takes one name")
    return ask_arbiter({"call": "why", "name": arguments[0]}, paths)


def ask_arbiter(request: dict, paths: Paths, seconds: float = _ARBITER_SECONDS) -> dict:
    """The arbiter's answer. It may be starting, or named may be: tried again until the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            answer = _one_answer(request, paths, deadline)
        except OSError as error:
            answer = {"error": "the arbiter does not answer: %s" % error}
        if "error" not in answer:
            return answer
        if answer.pop("usage", False):
            raise Failed(2, answer)
        if time.monotonic() + 0.1 >= deadline:
            raise Failed(1, answer)
        time.sleep(0.1)


def _one_answer(request: dict, paths: Paths, deadline: float) -> dict:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(max(0.1, deadline - time.monotonic()))
        channel.connect(paths.socket)
        channel.sendall(json.dumps(request).encode() + b"\n")
        data = bytearray()
        while True:
            chunk = channel.recv(65536)
            if not chunk:
                break
            data += chunk
    try:
        return json.loads(bytes(data))
    except ValueError:
        raise ConnectionError("it hung up") from None


def _await(arguments: List[str], paths: Paths) -> dict:
    if len(arguments) < 3 or arguments[0] != "--timeout":
        raise usage("await needs --timeout and a name")
    try:
        seconds = float(arguments[1])
        expected = [parse_expected(argument) for argument in arguments[2:]]
    except ValueError as error:
        raise usage(str(error)) from None
    began = time.monotonic()
    answers: Dict[Expected, object] = {}
    pending = expected
    while True:
        zone, server, port = _named_address(paths)
        pending = [one for one in pending if not _is_answered(one, zone, server, port, answers)]
        waited = time.monotonic() - began
        if not pending:
            return {"resolved": [one.name for one in expected], "waited_seconds": round(waited, 3)}
        if waited >= seconds:
            raise Failed(3, _time_over(pending, answers, seconds, paths))
        time.sleep(min(_LOOK_SECONDS, max(0.0, seconds - waited)))


def parse_expected(text: str) -> Expected:
    """NAME=ADDRESS, or NAME alone for any address. ValueError when it is neither."""
    name, _, address = text.partition("=")
    wire.encode_name(name)
    if not name:
        raise ValueError("no name in %r" % text)
    return Expected(wire.canonical(name), wire.unpack_address(wire.pack_address(address)) if address else None)


def _named_address(paths: Paths):
    try:
        with open(paths.settings, encoding="utf-8") as file:
            document = json.load(file)
        return document["zone"], document["server"], document["port"]
    except (OSError, ValueError, KeyError):
        # The container is only just starting: nobody answers yet, which is what will be said.
        return "", "127.0.0.1", 53


def _is_answered(one: Expected, zone: str, server: str, port: int, answers: Dict[Expected, object]) -> bool:
    if not zone:
        answers[one] = "the server is starting"
        return False
    try:
        found: Set[str] = set()
        for record_type in ((wire.A, wire.AAAA) if one.address is None else (wire.AAAA if ":" in one.address else wire.A,)):
            answer = exchange.ask(server, port, "%s.%s" % (one.name, zone), record_type, _NAMED_SECONDS)
            found |= {wire.unpack_address(record.data) for record in answer.answer if record.type == record_type}
    except (OSError, wire.WireError) as error:
        answers[one] = "the server does not answer: %s" % error
        return False
    answers[one] = sorted(found)
    return bool(found) if one.address is None else one.address in found


def _time_over(pending: List[Expected], answers: Dict[Expected, object], seconds: float, paths: Paths) -> dict:
    report = []
    for one in pending:
        entry = {"name": one.name, "expected": one.address, "answers": answers.get(one)}
        try:
            why = ask_arbiter({"call": "why", "name": one.name}, paths, 0.5)
            entry["claims"] = why["claims"] or why.get("reason")
        except Failed as failed:
            entry["claims"] = failed.document["error"]
        report.append(entry)
    names = ", ".join(one.name for one in pending)
    return {"error": "after %g s these names do not answer as expected: %s" % (seconds, names), "pending": report}
