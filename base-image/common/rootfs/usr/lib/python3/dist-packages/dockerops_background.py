"""A program of start.d that has left its process id in on-stop/<its name>.pid runs for as long as the container: the
first process starts it again, unless it ended with 0.
"""
import os

DIRECTORY = '/run/dockerops/on-stop'
PROGRAMS = '/usr/local/lib/dockerops/start.d'
START = '/usr/local/lib/dockerops/start-background'
# One that cannot run must not keep the machine busy.
AGAIN = ['/bin/sh', '-c', 'sleep 1; exec "$0" "$1"', START]


def ended(pid, status):
    """Takes in the end of a process, whosever it was."""
    name = name_of(pid) if status else None
    program = os.path.join(PROGRAMS, name or '')
    if name is None or not os.access(program, os.X_OK):
        return
    # sudo would put a PATH of its own.
    as_root = [] if os.geteuid() == 0 else ['sudo', '-n', '--preserve-env', 'env', 'PATH=' + os.environ.get('PATH', '')]
    command = [*as_root, *AGAIN, program]
    try:
        os.posix_spawnp(command[0], command, os.environ, setsigmask=())
    except OSError:
        # No memory, or no more processes: without it the instance still does its work.
        pass


def name_of(pid):
    try:
        names = os.listdir(DIRECTORY)
    except OSError:
        return None
    return next((name[:-len('.pid')] for name in names if read_pid(os.path.join(DIRECTORY, name)) == pid), None)


def read_pid(path):
    try:
        with open(path) as file:
            return int(file.read())
    except (OSError, ValueError):
        return None
