"""Starts the arbiter beside named, as the same user."""

import json
import os
import signal
import sys
import time

from . import arbiter as arbiters
from .arbiter import Arbiter, Settings, Timing
from .control import Control
from .derive import Lease
from .name_zones import Zones
from .paths import Paths
from .wire import Key


def main(paths: Paths = Paths(), timing: Timing = Timing()) -> int:
    arbiter = Arbiter(load_settings(paths), log, lambda: make_named_begin_anew(paths), timing)
    control = Control(paths.socket, arbiter, time.monotonic)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    arbiters.run(arbiter, control)
    return 0


def log(text: str) -> None:
    print("%s %s" % (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text), file=sys.stderr, flush=True)


def load_settings(paths: Paths) -> Settings:
    with open(paths.settings, encoding="utf-8") as file:
        document = json.load(file)
    zones = Zones(
        document["zone"], document["reverse_zones"], document["address"], document["server"], document["port"],
        Key.from_json(document["key"]),
    )
    return Settings(
        zones, Key.from_json(document["project_key"]), Key.from_json(document["project_key_writer"]),
        None if document["own"] is None else Lease(**document["own"]), document["containers"],
        document["lease_port"], paths.state_file, paths.registered_file, paths.pid_file, document["resolver"],
        document.get("resolver_port", 53), document["witness"],
    )


def make_named_begin_anew(paths: Paths) -> None:
    """Leaves a mark for the next start of named, and ends this one; its supervisor starts it again."""
    with open(paths.rebuild_mark, "w", encoding="ascii"):
        pass
    try:
        with open(paths.pid_file, encoding="ascii") as file:
            os.kill(int(file.read().strip()), signal.SIGTERM)
    except (OSError, ValueError) as error:
        log("named could not be ended: %s" % error)
