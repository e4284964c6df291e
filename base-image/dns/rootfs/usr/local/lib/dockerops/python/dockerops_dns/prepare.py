"""Prepares the dns instance at each start of its container: settings, keys, named's configuration.

Run by the entrypoint as root. Nothing here is kept: the arbiter's keys are new ones each time.
"""

import base64
import json
import os
import pwd
import secrets
import shutil
import socket
import sys
from typing import List, Optional, Tuple

from . import settings as server_settings
from .engine_resolver import resolver_of
from .named_files import NamedKeys, Surroundings, named_conf
from .paths import Paths, Ports
from .settings import ServerConfig
from .wire import Key

_ENGINE_RESOLVER = "127.0.0.11"


def main() -> int:
    try:
        config = server_settings.load_server_config()
    except (OSError, ValueError, KeyError, TypeError) as error:
        print("%s cannot be used: %s: %s" % (server_settings.SERVER_JSON, type(error).__name__, error), file=sys.stderr)
        return 1
    with open("/etc/resolv.conf", encoding="utf-8", errors="replace") as file:
        resolv_conf = file.read()
    with open("/proc/net/route", encoding="ascii") as file:
        routes = file.read()
    bind = pwd.getpwnam("bind")
    around = Surroundings(forwarders(resolv_conf, config.address), gateway_in(routes))
    prepare(config, Paths(), around, resolver_of(resolv_conf), (bind.pw_uid, bind.pw_gid))
    return 0


def prepare(config: ServerConfig, paths: Paths, around: Surroundings, resolver: Optional[str], owner: Tuple[int, int],
            ports: Ports = Ports(), listen: str = "") -> None:
    """Writes what named and the arbiter start from; readable by their user only, `owner` (uid, gid). `resolver`: the
    one that knows the engine's containers."""
    _own_directory(paths.run, 0o700, owner, is_new=True)
    _own_directory(paths.zones, 0o750, owner, is_new=False)
    for entry in os.scandir(paths.zones):
        # The volume may come from a container in which bind had another uid.
        os.chown(entry.path, *owner, follow_symlinks=False)
    keys = NamedKeys(_new_key("arbiter", config), _new_key("project-key-writer", config), config.key)
    reverse = server_settings.reverse_zones(config.networks)
    _write(paths.named_conf, named_conf(config, keys, reverse, around, paths, ports, listen or None), owner)
    _write(paths.settings, json.dumps({
        "zone": config.zone, "reverse_zones": reverse, "address": config.address,
        "key": key_json(keys.arbiter), "project_key_writer": key_json(keys.project_key_writer),
        "project_key": key_json(keys.project),
        "own": None if config.own is None else config.own._asdict(),
        "containers": config.containers, "lease_port": ports.leases,
        "server": listen or "127.0.0.1", "port": ports.names,
        "resolver": resolver, "witness": config.container,
    }, indent=1), owner)


def _new_key(name: str, config: ServerConfig) -> Key:
    """A key that is named like no other."""
    name = "dockerops-%s" % name
    return Key(name + "-2" if name == config.key.name else name, "hmac-sha256", secrets.token_bytes(32))


def key_json(key: Key) -> dict:
    return {"name": key.name, "algorithm": key.algorithm, "secret": base64.b64encode(key.secret).decode()}


def forwarders(resolv_conf: str, own_address: str) -> List[str]:
    """The engine's resolver when there is one, else the machine's; never ourselves."""
    lines = (line.split() for line in resolv_conf.splitlines())
    found = [words[1] for words in lines if len(words) >= 2 and words[0] == "nameserver"]
    if _ENGINE_RESOLVER in found:
        return [_ENGINE_RESOLVER]
    return [
        address for address in found
        if _is_address(address) and address not in (own_address, "::1") and not address.startswith("127.")
    ][:3]


def gateway_in(routes: str) -> Optional[str]:
    """The gateway of the default route, from the text of /proc/net/route."""
    for line in routes.splitlines()[1:]:
        words = line.split()
        if len(words) > 2 and words[1] == "00000000" and words[2] != "00000000":
            # In the order of the bytes of this machine.
            return socket.inet_ntoa(int(words[2], 16).to_bytes(4, sys.byteorder))
    return None


def _is_address(text: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
            return True
        except OSError:
            continue
    return False


def _own_directory(path: str, mode: int, owner: Tuple[int, int], is_new: bool) -> None:
    if is_new:
        shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path, exist_ok=True)
    os.chown(path, *owner)
    os.chmod(path, mode)


def _write(path: str, text: str, owner: Tuple[int, int]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        os.fchown(descriptor, *owner)
        file.write(text)
