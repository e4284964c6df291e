"""First process of every instance: prepares as root, then runs the command.

The kernel drops signals for the first process of a container that has no handler for them, and `docker stop` then waits
for its full limit and kills. So they are blocked, which keeps them, until whoever is to take them can: here, then
supervisord, which is Python and goes on in this same process. Any other command is a child, so that it may do without
handlers; but who has the terminal becomes the first process.
"""
import os
import signal
import sys

import dockerops_background
from dockerops_on_stop import terminate_on_stop

PREPARE = '/usr/local/lib/dockerops/prepare'
SUPERVISORD = '/usr/bin/supervisord'
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
# /entrypoint.sh blocks the same from the first moment.
TAKEN = (signal.SIGCHLD, signal.SIGHUP, *STOPPING, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH)
# What Python changes for itself must not reach a command.
CHANGED_BY_PYTHON = (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ)
STOPPED = 128 + signal.SIGTERM


def main():
    signal.pthread_sigmask(signal.SIG_BLOCK, TAKEN)
    command = sys.argv[1:]
    is_supervisord = bool(command) and os.path.basename(command[0]) == 'supervisord'
    if is_supervisord and os.geteuid() != 0:
        say("supervisord runs as root only: name the user in the program's section (user=), or give another command")
        sys.exit(1)
    preparing = start(prepare_command(command))
    run_supervisord = load_supervisord(command) if is_supervisord else None
    status, is_stopped = await_child(preparing, lambda number: signal.SIGTERM if number in STOPPING else None)
    if status or is_stopped:
        sys.exit(status or STOPPED)
    if run_supervisord is not None:
        sys.exit(run_supervisord())
    if is_supervisord or not command or os.isatty(0):
        become(command)
    status, _ = await_child(start(command), lambda number: number)
    # Only supervisord knows of them itself.
    terminate_on_stop()
    sys.exit(status)


def prepare_command(command):
    prepare = [PREPARE, *command[:1]]
    if os.geteuid() == 0:
        return prepare
    # sudo would put a PATH of its own.
    return ['sudo', '-n', '--preserve-env', 'env', 'PATH=' + os.environ.get('PATH', os.defpath), *prepare]


def load_supervisord(command):
    """What goes on as supervisord here; None for another one than the distribution's."""
    if find_program(command[0]) != SUPERVISORD:
        return None
    # A tenth of a second, in which the instance is being prepared.
    from supervisor import supervisord

    def run():
        for number in STOPPING:
            # Until supervisord has handlers of its own.
            signal.signal(number, stop_at_once)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TAKEN)
        sys.argv = [SUPERVISORD, *command[1:]]
        return supervisord.main()

    return run


def stop_at_once(_number, _frame):
    terminate_on_stop()
    os._exit(STOPPED)


def find_program(name):
    paths = [name] if '/' in name else [os.path.join(directory, name) for directory in os.get_exec_path()]
    return next((path for path in paths if os.access(path, os.X_OK)), None)


def start(command):
    """A child to which signals are as if there were no Python; one that comes before it can act waits for it."""
    try:
        return os.posix_spawnp(command[0], command, os.environ, setsigmask=(), setsigdef=CHANGED_BY_PYTHON)
    except OSError as error:
        end_without(command, error)


def become(command):
    for number in CHANGED_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, TAKEN)
    if not command:
        sys.exit(0)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        end_without(command, error)


def end_without(command, error):
    say('%s: %s' % (command[0], error.strerror))
    sys.exit(127 if isinstance(error, FileNotFoundError) else 126)


def await_child(child, handed_on):
    """Hands signals on until the child ends. Returns how it ended, as a shell tells it, and whether it was told to stop."""
    is_stopped = False
    while True:
        number = signal.sigwait(TAKEN)
        if number == signal.SIGCHLD:
            status = reap(child)
            if status is not None:
                return status, is_stopped
            continue
        is_stopped = is_stopped or number in STOPPING
        if handed_on(number) is not None:
            tell(child, handed_on(number))


def tell(child, number):
    try:
        os.kill(child, number)
    except OSError:
        # It is root's and we are not, or it has just ended.
        pass


def reap(child):
    """Takes in all that ended, also orphans, which come to the first process. The child's status once it is among them."""
    found = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            found = code if code >= 0 else 128 - code
        else:
            dockerops_background.ended(pid, status)


def say(text):
    print('dockerops: ' + text, file=sys.stderr, flush=True)
