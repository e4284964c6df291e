"""The arbiter's door for `dockerops-dns`: a Unix socket in a directory that only root and bind may enter.

One JSON object in, one out, then the connection is closed. Answered by the arbiter's own loop, between two passes, so
what is said is what the arbiter knows at that moment.
"""

import json
import os
import socket
from typing import Callable, Dict, List

from . import derive, lease as leases, wire
from .arbiter import Arbiter, Failure
from .derive import Claim
from .lease import Lease

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
        except Failure as error:
            self._arbiter.distrust()
            return {"error": "the name server did not take it: %s" % error}

    def _hold(self, document: dict) -> dict:
        held = [held_lease(one, self._arbiter.settings.reverse_zones) for one in document["leases"]]
        self._arbiter.hold(held)
        return {"held": sorted(lease.name for lease in held)}

    def _withdraw(self, document: dict) -> dict:
        names = [wire.canonical(name) for name in document["names"]]
        self._arbiter.withdraw(names)
        return {"withdrawn": names}

    def _ps(self, _document: dict) -> dict:
        zone = self._arbiter.settings.zone
        now = self._steady()
        claims = derive.claims_by_name(self._arbiter.verdicts(now))
        answers = self._answers()
        names = sorted(set(answers) | {name for name, of_name in claims.items() if any(claim.verdict.speaks for claim in of_name)})
        return {
            "zone": zone,
            "names": [
                {
                    "name": name, "addresses": answers.get(name, []),
                    "holders": [_holder(claim, now) for claim in claims.get(name, []) if claim.verdict.speaks],
                }
                for name in names
            ],
        }

    def _answers(self) -> Dict[str, List[str]]:
        """The addresses that the zone has, by name relative to it."""
        found: Dict[str, List[str]] = {}
        suffix = "." + self._arbiter.settings.zone
        for record in sorted(self._arbiter.records()):
            if record.type in (wire.A, wire.AAAA) and record.name.endswith(suffix):
                found.setdefault(record.name[:-len(suffix)], []).append(wire.unpack_address(record.data))
        return found

    def _why(self, document: dict) -> dict:
        zone = self._arbiter.settings.zone
        name = wire.canonical(document["name"])
        if name.endswith("." + zone):
            name = name[:-len(zone) - 1]
        now = self._steady()
        claims = derive.claims_by_name(self._arbiter.verdicts(now))
        of_name = claims.get(name, [])
        answer = {
            "name": name, "zone": zone, "addresses": self._answers().get(name, []),
            "claims": [{**_holder(claim, now), "wins": claim.wins, "reason": claim.reason} for claim in of_name],
        }
        if not of_name:
            answer["reason"] = "the address of the DNS server" if name == derive.SERVER_NAME else "no lease claims this name"
        return answer

    def _check(self, document: dict) -> dict:
        differences = self._arbiter.differences()
        now = self._steady()
        verdicts = self._arbiter.verdicts(now)
        report = {
            "differences": [_change(change) for change in differences],
            "not_leases": list(self._arbiter.wrong),
            "engine_denies": _named(verdicts, lambda standing: standing.engine == derive.ABSENT),
            "withdrawn_but_renewing": _named(verdicts, lambda standing: standing.is_withdrawn and not standing.is_expired),
            "several_starts": sorted({v.standing.lease.name for v in verdicts if not v.speaks and v.reason.startswith("a newer start")}),
            "fixed": False, "readmitted": [],
        }
        report["ok"] = not (differences or report["not_leases"] or report["withdrawn_but_renewing"])
        if document.get("fix") is True:
            report["readmitted"] = self._arbiter.fix()
            report["fixed"] = not self._arbiter.differences()
        return report


def held_lease(document: dict, reverse_zones: List[str]) -> Lease:
    """A lease held for an instance. ValueError or KeyError when the document is not one.

    An address of a served network is the container's own, so the name follows it to another one after a restart;
    any other is a SERVICE_IP, and stays. `own` says it outright.
    """
    address, container = document.get("address"), document.get("container")
    own = document.get("own")
    if container and own is None and address and derive.is_in_zones(address, reverse_zones):
        own = address
    return leases.validate(Lease(
        document["service"], document["instance"], address, document.get("policy") or leases.APPEND,
        os.urandom(8).hex(), 0, 0.0, leases.ENGINE, container, own,
    ))


def _holder(claim: Claim, now: float) -> dict:
    standing = claim.verdict.standing
    return {
        "service": standing.lease.service, "instance": standing.lease.instance, "address": standing.address,
        "policy": standing.lease.policy, "age_seconds": int(max(0.0, now - standing.since)), "held_by": standing.lease.held_by, "engine": standing.engine,
    }


def _change(change: wire.Change) -> dict:
    record = change.record
    if record.type in (wire.A, wire.AAAA):
        data = wire.unpack_address(record.data)
    elif record.type in (wire.PTR, wire.NS):
        data = wire.decode_name(record.data, 0)[0]
    else:
        data = " ".join(wire.txt_strings(record.data)) if record.type == wire.TXT else record.data.hex()
    return {
        "what": "missing" if change.add else "too much", "name": record.name,
        "type": wire.TYPE_NAMES.get(record.type, str(record.type)), "data": data,
    }


def _named(verdicts: List[derive.Verdict], condition: Callable[[derive.Standing], bool]) -> List[str]:
    return sorted({verdict.standing.lease.name for verdict in verdicts if condition(verdict.standing)})
