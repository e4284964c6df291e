"""Prepares the dns instance at each start of its container: settings, keys, named's configuration.

Run by the entrypoint as root. Nothing here is kept: the arbiter's key is a new one each time.
"""

import base64
import json
import os
import pwd
import secrets
import shutil
import socket
import sys
from typing import List

from . import settings as server_settings
from .engine_resolver import resolver_of
from .named_files import named_conf
from .settings import ServerConfig
from .paths import Paths
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
    bind = pwd.getpwnam("bind")
    prepare(config, Paths(), resolv_conf, bind.pw_uid, bind.pw_gid)
    return 0


def prepare(config: ServerConfig, paths: Paths, resolv_conf: str, uid: int, gid: int, port: int = 53, listen: str = "") -> None:
    """Writes what named and the arbiter start from; readable by their user only."""
    _own_directory(paths.run, 0o700, uid, gid, is_new=True)
    _own_directory(paths.zones, 0o750, uid, gid, is_new=False)
    for entry in os.scandir(paths.zones):
        # The volume may come from a container in which bind had another uid.
        os.chown(entry.path, uid, gid, follow_symlinks=False)
    key = Key("dockerops-arbiter", "hmac-sha256", secrets.token_bytes(32))
    if key.name == config.key.name:
        key = key._replace(name="dockerops-arbiter-2")
    reverse = server_settings.reverse_zones(config.networks)
    resolver = resolver_of(resolv_conf)
    _write(paths.named_conf, named_conf(config, key, reverse, forwarders(resolv_conf, config.address), paths, port, listen or None), uid, gid)
    _write(paths.settings, json.dumps({
        "zone": config.zone, "reverse_zones": reverse, "address": config.address,
        "key": {"name": key.name, "algorithm": key.algorithm, "secret": base64.b64encode(key.secret).decode()},
        "self": {"service": config.service, "instance": config.instance},
        "server": listen or "127.0.0.1", "port": port,
        "resolver": resolver, "witness": config.container,
    }, indent=1), uid, gid)


def forwarders(resolv_conf: str, own_address: str) -> List[str]:
    """The engine's resolver when there is one, else the machine's; never ourselves."""
    found = [words[1] for words in (line.split() for line in resolv_conf.splitlines()) if len(words) >= 2 and words[0] == "nameserver"]
    if _ENGINE_RESOLVER in found:
        return [_ENGINE_RESOLVER]
    return [address for address in found if _is_address(address) and address != own_address and not address.startswith("127.") and address != "::1"][:3]


def _is_address(text: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
            return True
        except OSError:
            continue
    return False


def _own_directory(path: str, mode: int, uid: int, gid: int, is_new: bool) -> None:
    if is_new:
        shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path, exist_ok=True)
    os.chown(path, uid, gid)
    os.chmod(path, mode)


def _write(path: str, text: str, uid: int, gid: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        os.fchown(descriptor, uid, gid)
        file.write(text)
