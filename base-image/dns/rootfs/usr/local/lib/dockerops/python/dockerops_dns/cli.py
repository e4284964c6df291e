"""`dockerops-dns`: the calls that dockerops makes by exec in the dns container.

Every call prints one JSON document on standard output. Exit: 0, 1 with {"error"}, 2 for wrong usage, 3 when the
time is over. Imports little: `await`, `hold` and `withdraw` are on the path of every run and clean.
"""

import json
import socket
import time
from typing import Callable, Dict, List, Optional

from . import calls
from .calls import Expected, Failed, Served, await_names, parse_await, print_answer
from .paths import Paths

USAGE = """\
dockerops-dns await --timeout SECONDS NAME[=ADDRESS] ...
dockerops-dns hold '{"service", "instance", "address", "policy"}' ...
dockerops-dns withdraw SERVICE-INSTANCE ...
dockerops-dns ps
dockerops-dns check [--fix]
dockerops-dns why NAME"""

_ARBITER_SECONDS = 20.0


def usage(why: str) -> Failed:
    return calls.usage(why, USAGE)


def main(arguments: List[str], paths: Paths = Paths()) -> int:
    return print_answer(lambda: dispatch(arguments, paths))


def dispatch(arguments: List[str], paths: Paths) -> dict:
    known: Dict[str, Callable[[List[str], Paths], dict]] = {
        "await": _await, "hold": _hold, "withdraw": _withdraw, "ps": _ps, "check": _check, "why": _why,
    }
    if not arguments or arguments[0] not in known:
        raise usage("no such call: %s" % (arguments[0] if arguments else "(none)"))
    return known[arguments[0]](arguments[1:], paths)


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
    return await_names(*parse_await(arguments), lambda: _served(paths), lambda one: _claims(one, paths))


def _served(paths: Paths) -> Optional[Served]:
    try:
        with open(paths.settings, encoding="utf-8") as file:
            document = json.load(file)
        return Served(document["zone"], document["server"], document["port"])
    except (OSError, ValueError, KeyError):
        # The container is only just starting: nobody answers yet, which is what will be said.
        return None


def _claims(one: Expected, paths: Paths) -> dict:
    try:
        why = ask_arbiter({"call": "why", "name": one.name}, paths, 0.5)
        return {"claims": why["claims"] or why.get("reason")}
    except Failed as failed:
        return {"claims": failed.document["error"]}
