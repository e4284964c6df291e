"""Keeps the book in step with the engine: which containers of leases run, and at which address.

Every second all of them are asked for, and a new lease's at once, so that it does not have to wait for its names.
"""

from typing import Callable, Dict, List, Optional, Set

from .book import Book, Probe
from .engine_resolver import EngineResolver, Round

# So many rounds without an answer for our own container, and never one with it: the engine has no such resolver.
_ROUNDS_WITHOUT_RESOLVER = 4


class EngineWatch:
    """`resolver`: None where there is no engine to ask. `changed` is called when names may have to change."""

    def __init__(self, book: Book, resolver: Optional[EngineResolver], every: float, changed: Callable[[], None],
                 log: Callable[[str], None]) -> None:
        self._book = book
        self._resolver = resolver
        self._every = every
        self._changed = changed
        self._log = log
        self._next = 0.0
        self._rounds_without = 0
        book.believes_clients = resolver is None

    def fileno(self) -> Optional[int]:
        return None if self._resolver is None else self._resolver.fileno()

    def step(self, now: float) -> None:
        if self._resolver is None:
            self._book.engine_is_silent(now)
            return
        self._take(self._resolver.receive(), now)
        for finished in self._resolver.advance(now):
            self._conclude(finished, now)
        if now >= self._next:
            self._next = now + self._every
            self._ask(self._resolver, self._book.probes(now), now)
        else:
            self._ask(self._resolver, self._book.new_probes(), now)

    def _ask(self, resolver: EngineResolver, probes: List[Probe], now: float) -> None:
        if probes:
            resolver.begin({probe.container: ":" in (probe.own or "") for probe in probes}, now)

    def _conclude(self, finished: Round, now: float) -> None:
        if not finished.is_trusted:
            self._rounds_without += 1
            if self._rounds_without == _ROUNDS_WITHOUT_RESOLVER:
                self._believe_clients()
            self._book.engine_is_silent(now)
            return
        # Once it has answered, its silence is a failure that passes.
        self._rounds_without = -1 << 62
        self._book.believes_clients = False
        self._take({container: found for container, found in finished.addresses.items() if not found}, now)

    def _believe_clients(self) -> None:
        self._book.believes_clients = True
        self._log("the engine's resolver does not know even this container, so it cannot confirm addresses: "
                  "those on the server's networks are taken as the clients say")
        self._changed()

    def _take(self, answers: Dict[str, Set[str]], now: float) -> None:
        if answers and self._book.engine_said(answers, now):
            self._changed()
