"""`dns-lease`: calls that dockerops makes by exec in an instance of which the DNS is on another host.

Answers are those of `dockerops-dns` (calls.py). Both go by what the server says, not by what the client believes.
"""

import os
import signal
import subprocess
import time
from typing import List, Optional

from . import calls, client as clients, exchange, wire
from .calls import Expected, Failed, Served
from .client import Config

USAGE = """\
dns-lease await --timeout SECONDS NAME=ADDRESS ...
dns-lease withdraw SERVICE-INSTANCE
dns-lease restart"""

KEEPER = "/usr/local/lib/dockerops/start.d/dns-client"
KEEPER_PID_FILE = "/run/dockerops/on-stop/dns-client.pid"
START = "/usr/local/lib/dockerops/start-background"

# The client may be waiting for an answer to its withdrawal.
_WITHDRAW_SECONDS = 5.0
# The first process starts the keeper of the client again after a second, where it is dockerops' own.
_KEEPER_SECONDS = 3.0
_LOOK_SECONDS = 0.03


def main(arguments: List[str]) -> int:
    return calls.print_answer(lambda: dispatch(arguments))


def dispatch(arguments: List[str]) -> dict:
    try:
        config = clients.load_config(clients.CONFIG)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failed(1, {"error": "%s cannot be used: %r" % (clients.CONFIG, error)}) from None
    if config is None:
        raise Failed(1, {"error": "this instance has no DNS"})
    if arguments[:1] == ["await"]:
        return _await(arguments[1:], config)
    if arguments == ["withdraw", "%s-%s" % (config.service, config.instance)]:
        return _withdraw(config)
    if arguments == ["restart"]:
        return _restart()
    raise calls.usage("no such call, or not for this instance", USAGE)


def _await(arguments: List[str], config: Config) -> dict:
    seconds, expected = calls.parse_await(arguments)
    served = Served(config.zone, config.server, config.port)
    try:
        return calls.await_names(seconds, expected, lambda: served, lambda _: {"client": last_words()})
    except Failed as failed:
        told = "%s, asked of the DNS %s port %d; %s" % (failed, config.server, config.port, last_words())
        raise Failed(failed.code, {**failed.document, "error": told}) from None


def last_words() -> str:
    """What the client said last of its lease."""
    try:
        with open(clients.LOG_FILE, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:
        lines = []
    return "the client inside says: %s" % lines[-1].partition(" ")[2] if lines else "the client inside has said nothing"


def _withdraw(config: Config) -> dict:
    """Makes the client let go of its names for a while, and returns when the server does not lead to them any more."""
    name = "%s-%s" % (config.service, config.instance)
    if not _tell_client():
        return {"withdrawn": []}
    deadline = time.monotonic() + _WITHDRAW_SECONDS
    problem = "it goes on leading to the instance"
    while time.monotonic() < deadline:
        try:
            answer = exchange.ask(config.server, config.port, "%s.%s" % (name, config.zone), wire.A, 1.0)
            if not any(record.type in (wire.A, wire.AAAA) for record in answer.answer):
                return {"withdrawn": [name]}
        except (OSError, wire.WireError) as error:
            problem = "it does not answer: %s" % error
        time.sleep(_LOOK_SECONDS)
    raise Failed(3, {"error": "the DNS %s was told that %s goes, but %s" % (config.server, name, problem)})


def _restart() -> dict:
    """Ends the client and its keeper, whatever they do, and sees that both run again."""
    former = _process(KEEPER_PID_FILE, KEEPER)
    if former is not None:
        os.kill(former, signal.SIGKILL)
    deadline = time.monotonic() + _KEEPER_SECONDS
    while former is not None and time.monotonic() < deadline:
        if _process(KEEPER_PID_FILE, KEEPER) not in (None, former):
            return {"restarted": True}
        time.sleep(_LOOK_SECONDS)
    subprocess.run([START, KEEPER], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   check=True)
    return {"restarted": True}


def _process(pid_file: str, program: str) -> Optional[int]:
    """The living process that left its id in the file; an id that was left over may be somebody else's by now."""
    try:
        with open(pid_file, encoding="ascii") as file:
            pid = int(file.read())
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return pid if program.encode() in file.read() else None
    except (OSError, ValueError):
        return None


def _tell_client() -> bool:
    """False when there is no client that could hold anything."""
    pid = _process(clients.PID_FILE, "dockerops_dns")
    if pid is None:
        return False
    try:
        os.kill(pid, signal.SIGUSR1)
        return True
    except OSError:
        return False
