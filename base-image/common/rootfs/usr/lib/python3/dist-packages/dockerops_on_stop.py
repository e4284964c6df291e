"""Who wants to know of the container's stop (the client of a directory) leaves its process id in a file."""
import glob
import os
import signal
import time

FILES = '/run/dockerops/on-stop/*.pid'
LIMIT_SECONDS = 2


def terminate_on_stop():
    """Lets them do their last work. Told twice, they are not there any more."""
    pids = []
    for path in glob.glob(FILES):
        try:
            with open(path) as file:
                pid = int(file.read())
            os.kill(pid, signal.SIGTERM)
            pids.append(pid)
        except (OSError, ValueError):
            continue
    deadline = time.monotonic() + LIMIT_SECONDS
    while any(map(is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)


def is_running(pid):
    try:
        with open('/proc/%d/stat' % pid) as file:
            # A dead child that the first process has not reaped yet is a zombie.
            return file.read().rpartition(')')[2].split()[0] != 'Z'
    except OSError:
        return False
