"""The first process of a balancer: runs haproxy as soon as there is a configuration, and fetches it where the
container is told from where."""

import os
import signal
import subprocess
import sys
import time
from typing import Optional

from . import files, paths, source

_SIGNALS = {signal.SIGCHLD, signal.SIGHUP, signal.SIGTERM, signal.SIGINT}
_PAUSE_SECONDS = 1.0


def run() -> int:
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    fetch = source.from_environment()
    haproxy: Optional[subprocess.Popen] = None
    is_stopping = False
    started = 0.0
    while True:
        if haproxy is not None and haproxy.poll() is not None:
            print("haproxy ended with status %d" % haproxy.returncode, file=sys.stderr, flush=True)
            haproxy = None
        if is_stopping and haproxy is None:
            return 0
        if haproxy is None and files.read(paths.CONFIG) is not None and time.monotonic() >= started + _PAUSE_SECONDS:
            haproxy, started = _start(), time.monotonic()
        received = signal.sigtimedwait(_SIGNALS, _PAUSE_SECONDS)
        if received is None and fetch is not None and not is_stopping:
            fetch.start_unless_running()
        if received is not None and received.si_signo in (signal.SIGTERM, signal.SIGINT):
            is_stopping = True
            if haproxy is not None:
                # Connections may end; who asks a second time does not wait for them.
                haproxy.send_signal(signal.SIGUSR1)
        _reap(haproxy)


def _start() -> subprocess.Popen:
    command = [paths.HAPROXY, "-W", "-S", "%s,mode,600" % paths.MASTER, "-f", paths.CONFIG]
    process = subprocess.Popen(command, preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, set()))
    files.write(paths.PID, str(process.pid))
    return process


def _reap(haproxy: Optional[subprocess.Popen]) -> None:
    """What lost its parent is the first process's: what an exec has left, for instance."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or (haproxy is not None and ended.si_pid == haproxy.pid):
            return
        os.waitpid(ended.si_pid, 0)
