"""Fetches the document of this balancer from the relay, and reports its figures: where balancers run on many hosts,
the server reaches only its own."""

import json
import os
import socket
import sys
import threading
import urllib.error
import urllib.request
from typing import Optional

from . import change, files, paths

_TIMEOUT_SECONDS = 5.0


class Source:
    """`url` is of the relay: `http://dockerops-relay:9101/balancers/80`."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self._thread: Optional[threading.Thread] = None
        self._last_error = ""

    def start_unless_running(self) -> None:
        """In a thread, so that a relay that does not answer delays nothing."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._fetch, daemon=True)
            self._thread.start()

    def _fetch(self) -> None:
        try:
            document = self._exchange()
            if document is not None:
                change.change(document)
            self._last_error = ""
        except (OSError, ValueError, KeyError, TypeError, change.Refused, urllib.error.URLError) as error:
            # Once, not each second.
            if str(error) != self._last_error:
                print("no configuration from %s: %s" % (self._url, error), file=sys.stderr, flush=True)
            self._last_error = str(error)

    def _exchange(self) -> Optional[dict]:
        request = urllib.request.Request(self._url, data=json.dumps(_report()).encode(), method="POST")
        request.add_header("Content-Type", "application/json")
        request.add_header("Authorization", "Bearer %s" % self._token)
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
            return json.load(answer) if answer.status == 200 else None


def _report() -> dict:
    """`has` is what it was given last: the relay answers with another one only."""
    given = files.read_json(paths.DOCUMENT)
    try:
        status = change.status()
    except OSError:
        status = {"frame": None, "servers": []}
    node = os.environ.get("DOCKEROPS_NODE", "")
    return {"has": None if given is None else given.get("frame"), "node": node, "host": socket.gethostname(), **status}


def from_environment() -> Optional[Source]:
    url = os.environ.get("DOCKEROPS_BALANCER_SOURCE")
    return None if url is None else Source(url, os.environ.get("DOCKEROPS_TOKEN", ""))
