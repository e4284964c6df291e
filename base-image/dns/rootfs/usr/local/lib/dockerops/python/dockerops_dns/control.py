"""The calls of `dockerops-dns` to the arbiter: a Unix socket in a directory that only root and bind may enter.

One JSON object in, one out, then the connection is closed. Answered by the arbiter's own loop, between two passes, so
an answer is what the arbiter knows at that moment.
"""

import json
import os
import socket
from typing import Callable, Dict, List

from . import derive, lease as leases, wire
from .arbiter import Arbiter, Failure, Held
from .book import MAX_LEASES, Full
from .derive import Claim, Claimant, Lease

_LIMIT_BYTES = 1024 * 1024
_CALLER_SECONDS = 2.0


class Control:
    def __init__(self, path: str, arbiter: Arbiter, steady: Callable[[], float]) -> None:
        self._arbiter = arbiter
        self._steady = steady
        self._calls: Dict[str, Callable[[dict], dict]] = {
            "ps": self._ps, "why": self._why, "check": self._check, "hold": self._hold, "withdraw": self._withdraw,
        }
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        if os.path.exists(path):
            os.unlink(path)
        self._socket.bind(path)
        os.chmod(path, 0o600)
        self._socket.listen(16)

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def serve_one(self) -> None:
        """Answers one caller. A caller that is slow or gone is dropped."""
        caller = self._socket.accept()[0]
        with caller:
            caller.settimeout(_CALLER_SECONDS)
            try:
                request = self._read(caller)
                caller.sendall(json.dumps(self._answer(request)).encode() + b"\n")
            except OSError:
                return

    def _read(self, caller: socket.socket) -> bytes:
        data = bytearray()
        while not data.endswith(b"\n") and len(data) < _LIMIT_BYTES:
            chunk = caller.recv(65536)
            if not chunk:
                break
            data += chunk
        return bytes(data)

    def _answer(self, request: bytes) -> dict:
        try:
            document = json.loads(request)
            return self._calls[document["call"]](document)
        except (ValueError, KeyError, TypeError) as error:
            return {"error": "not a call: %s" % error, "usage": True}
        except Full as error:
            return {"error": str(error)}
        except Failure as error:
            self._arbiter.distrust()
            return {"error": "the name server did not take it: %s" % error}

    def _hold(self, document: dict) -> dict:
        settings = self._arbiter.settings
        held = [held_lease(one, settings.zones.reverse_zones) for one in document["leases"]]
        self._arbiter.hold(held)
        return {"held": sorted(one.lease.name for one in held)}

    def _withdraw(self, document: dict) -> dict:
        names = [wire.canonical(name) for name in document["names"]]
        self._arbiter.withdraw(names)
        return {"withdrawn": names}

    def _ps(self, _document: dict) -> dict:
        now = self._steady()
        claims = derive.claims_by_name(self._arbiter.verdicts(now))
        answers = self._answers()
        speaking = {
            name: [{**_holder(claim, now), **_refusal(claim)} for claim in of_name if claim.verdict.speaks]
            for name, of_name in claims.items()
        }
        names = sorted(set(answers) | {name for name, holders in speaking.items() if holders})
        return {
            "zone": self._arbiter.settings.zones.zone,
            "names": [
                {"name": name, "addresses": answers.get(name, []), "holders": speaking.get(name, [])} for name in names
            ],
        }

    def _answers(self) -> Dict[str, List[str]]:
        """The addresses that the zone has, by name relative to it."""
        found: Dict[str, List[str]] = {}
        suffix = "." + self._arbiter.settings.zones.zone
        for record in sorted(self._arbiter.records()):
            if record.type in (wire.A, wire.AAAA) and record.name.endswith(suffix):
                found.setdefault(record.name[:-len(suffix)], []).append(wire.unpack_address(record.data))
        return found

    def _why(self, document: dict) -> dict:
        zone = self._arbiter.settings.zones.zone
        name = wire.canonical(document["name"])
        if name.endswith("." + zone):
            name = name[:-len(zone) - 1]
        now = self._steady()
        of_name = derive.claims_by_name(self._arbiter.verdicts(now)).get(name, [])
        answer = {
            "name": name, "zone": zone, "addresses": self._answers().get(name, []),
            "claims": [{**_holder(claim, now), "wins": claim.wins, "reason": claim.reason} for claim in of_name],
        }
        refusal = self._arbiter.updates.refusal(name)
        if refusal is not None:
            answer["refused"] = "an update for it was refused %d s ago: %s" % (refusal[1], refusal[0])
        if not of_name:
            is_servers = name == derive.SERVER_NAME
            answer["reason"] = "the address of the DNS server" if is_servers else "no lease claims this name"
            if refusal is not None:
                answer["reason"] += "; " + answer["refused"]
        return answer

    def _check(self, document: dict) -> dict:
        arbiter = self._arbiter
        differences = arbiter.differences()
        now = self._steady()
        verdicts = arbiter.verdicts(now)
        several = [verdict for verdict in verdicts if not verdict.speaks and verdict.reason.startswith("a newer start")]
        report = {
            "differences": [_change(change) for change in differences],
            "not_leases": arbiter.not_leases(),
            "engine_denies": _named(verdicts, lambda one: one.engine == derive.ABSENT and not one.is_ended),
            "withdrawn_but_renewing": _named(verdicts, lambda one: one.is_withdrawn and not one.is_expired),
            "refused_names": _refused(derive.claims_by_name(verdicts)),
            "several_starts": sorted({verdict.claimant.lease.name for verdict in several}),
            "project_key": _named(verdicts, lambda one: one.lease.has_project_key and not one.is_expired),
            "is_full": arbiter.book.is_full(now), "limit": MAX_LEASES,
            "leases_shown": arbiter.shows_leases(),
            "fixed": False, "readmitted": [],
        }
        report["ok"] = report["leases_shown"] and not (
            differences or report["not_leases"] or report["withdrawn_but_renewing"] or report["is_full"]
            or report["refused_names"])
        if document.get("fix") is True:
            report["readmitted"] = arbiter.fix()
            report["fixed"] = not (arbiter.differences() or arbiter.not_leases())
        return report


def held_lease(document: dict, reverse_zones: List[str]) -> Held:
    """A lease held for an instance. ValueError or KeyError when the document is not one.

    An address of a served network is the container's own, so the name follows it to another one after a restart;
    any other is a SERVICE_IP, and stays. `own` says it outright. Without a container nobody confirms it, and it ends.
    """
    lease = derive.checked(Lease(
        document["service"], document["instance"], document.get("policy") or leases.APPEND,
        int(document.get("start") or 0), document.get("address"), None, is_held=True,
    ))
    container, own = document.get("container"), derive.checked_address(document.get("own"))
    if container is None:
        return Held(lease, own)
    if own is None and lease.address is not None and derive.is_in_zones(lease.address, reverse_zones):
        own = lease.address
    address = None if lease.address == own else lease.address
    return Held(lease._replace(container=str(container), address=address), own)


def _holder(claim: Claim, now: float) -> dict:
    claimant = claim.verdict.claimant
    lease = claimant.lease
    return {
        "service": lease.service, "instance": lease.instance, "address": claimant.address, "policy": lease.policy,
        "age_seconds": int(max(0.0, now - claimant.since)), "held_by": "engine" if lease.is_held else "client",
        "engine": claimant.engine, "key": "project" if lease.has_project_key else "instance",
    }


def _refusal(claim: Claim) -> dict:
    return {"refused": claim.reason} if claim.is_refused else {}


def _refused(claims: Dict[str, List[Claim]]) -> List[dict]:
    """The names that a living instance claims and that are something else's."""
    return [
        {"name": name, "instance": claim.verdict.claimant.lease.name, "reason": claim.reason}
        for name, of_name in sorted(claims.items()) for claim in of_name if claim.is_refused
    ]


def _change(change: wire.Change) -> dict:
    record = change.record
    if record.type in (wire.A, wire.AAAA):
        data = wire.unpack_address(record.data)
    elif record.type in (wire.PTR, wire.NS, wire.CNAME):
        data = wire.decode_name(record.data, 0)[0]
    else:
        data = " ".join(wire.txt_strings(record.data)) if record.type == wire.TXT else record.data.hex()
    return {
        "what": "missing" if change.add else "too much", "name": record.name,
        "type": wire.TYPE_NAMES.get(record.type, str(record.type)), "data": data,
    }


def _named(verdicts: List[derive.Verdict], condition: Callable[[Claimant], bool]) -> List[str]:
    return sorted({verdict.claimant.lease.name for verdict in verdicts if condition(verdict.claimant)})
