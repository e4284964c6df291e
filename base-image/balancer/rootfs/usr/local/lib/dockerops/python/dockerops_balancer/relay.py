"""Hands the documents of balancers to their agents, and keeps what these report: for a server that is not in their
network. It writes with `publish` and reads with `reports`, by exec."""

import hmac
import http.server
import json
import os
import signal
import sys
import threading
import time
from typing import Dict

from . import files, paths

PORT = 9101
_MAX_REPORT_BYTES = 1 << 20
_KEPT_SECONDS = 15.0


class Reports:
    """The newest of each balancer and node."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_place: Dict[str, dict] = {}

    def add(self, port: str, report: dict) -> None:
        now = time.time()
        with self._lock:
            self._by_place["%s@%s" % (port, report.get("node"))] = {**report, "port": port, "at": now}
            kept = {place: one for place, one in self._by_place.items() if one["at"] > now - _KEPT_SECONDS}
            self._by_place = kept
            files.write(paths.REPORTS, json.dumps({"reports": list(kept.values())}))


def serve() -> int:
    token = os.environ.get("DOCKEROPS_TOKEN", "")
    if not token:
        print("DOCKEROPS_TOKEN is not set", file=sys.stderr)
        return 2
    # The first process of a container gets no signal that it does not handle.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    reports = Reports()

    class Handler(http.server.BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), b"Bearer " + token.encode()):
                return self._answer(401)
            length = int(self.headers.get("Content-Length") or 0)
            kind, _, port = self.path.lstrip("/").partition("/")
            if kind != "balancers" or not port.isdecimal() or not 0 < length <= _MAX_REPORT_BYTES:
                return self._answer(404)
            try:
                report = json.loads(self.rfile.read(length))
                reports.add(port, report)
            except (ValueError, AttributeError, TypeError):
                return self._answer(400)
            document = ((files.read_json(paths.DOCUMENTS) or {}).get("documents") or {}).get(port)
            if document is None or document.get("frame") == report.get("has"):
                return self._answer(204)
            return self._answer(200, json.dumps(document).encode())

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            if status == 200:
                self.send_header("Content-Type", "application/json")
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    http.server.ThreadingHTTPServer(("", PORT), Handler).serve_forever()
    return 0
