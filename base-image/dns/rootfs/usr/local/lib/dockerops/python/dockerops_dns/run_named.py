"""Starts named on zones that it can load.

Run at every start of named, also after a kill. A zone or journal that does not load would leave named running
without the zone; it is dropped here and begun anew, and the arbiter fills it from the leases that it knows.
"""

import json
import os
import secrets
import subprocess
import sys
from typing import List

from . import settings as server_settings
from .named_files import first_content
from .settings import ServerConfig
from .paths import Paths

_CHECK_SECONDS = 20
_THREADS = 4


def main(config_file: str = server_settings.SERVER_JSON, paths: Paths = Paths(), user: str = "bind") -> int:
    config = server_settings.load_server_config(config_file)
    with open(paths.settings, encoding="utf-8") as file:
        reverse = json.load(file)["reverse_zones"]
    make_zones_loadable(config, paths, [config.zone, *reverse])
    arguments = ["named", "-f", "-u", user, "-c", paths.named_conf, "-n", str(min(_THREADS, os.cpu_count() or 1))]
    os.execv("/usr/sbin/named", arguments)


def make_zones_loadable(config: ServerConfig, paths: Paths, zones: List[str]) -> None:
    """Drops what does not load, says so on standard error, and writes first content where there is none."""
    anew = os.path.exists(paths.rebuild_mark)
    directory = os.stat(paths.zones)
    files = [(zone, paths.zone_file(zone)) for zone in zones]
    for zone, path in [*files, (config.zone, paths.project_key_zone_file)]:
        problem = "the arbiter asked for it" if anew else _problem(zone, path)
        if problem:
            print("zone %s is begun anew: %s" % (zone, problem), file=sys.stderr, flush=True)
            for left_over in (path + ".jnl", path + ".jbk", path):
                if os.path.exists(left_over):
                    os.unlink(left_over)
        if not os.path.exists(path):
            _write_whole(path, first_content(zone, config, secrets.token_hex(8)), directory.st_uid, directory.st_gid)
    if anew:
        os.unlink(paths.rebuild_mark)


def _problem(zone: str, path: str) -> str:
    """Why the zone with its journal does not load; empty when it does or is not there."""
    if not os.path.exists(path):
        # A journal without its zone can only be wrong.
        return "there is a journal without a zone" if os.path.exists(path + ".jnl") else ""
    try:
        result = subprocess.run(
            ["/usr/bin/named-checkzone", "-j", "-k", "ignore", "-i", "none", zone, path],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=_CHECK_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "its check did not end in %d s" % _CHECK_SECONDS
    if result.returncode == 0:
        return ""
    said = " / ".join(result.stdout.decode("utf-8", "replace").split("\n"))[:500]
    return said or "its check ended with %d" % result.returncode


def _write_whole(path: str, text: str, uid: int, gid: int) -> None:
    temporary = path + ".new"
    with open(temporary, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chown(temporary, uid, gid)
    os.chmod(temporary, 0o640)
    os.replace(temporary, path)
