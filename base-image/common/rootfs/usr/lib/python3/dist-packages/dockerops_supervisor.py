"""Plugin of supervisord, inside its process: keeps /run/dockerops/state, and makes supervisord's loop act at once.

It starts and stops none of supervisord's programs itself. Loaded by /etc/supervisor/conf.d/dockerops.conf as an rpcinterface, the one kind of
plugin that is made before the first program starts.
"""
import os
import signal
import time

import dockerops_background
from dockerops_on_stop import terminate_on_stop
from dockerops_output import Output
from supervisor import events
from supervisor.states import ProcessStates, SupervisorStates

DIRECTORY = '/run/dockerops'
HOST_KEY = '/etc/ssh/ssh_host_ed25519_key'
SSHD_OFF = '/etc/dockerops/sshd-off'
LIVING = (ProcessStates.STARTING, ProcessStates.RUNNING, ProcessStates.STOPPING)


def make_state_keeper(supervisord, **_config):
    keep_sshd_from_failing(supervisord)
    wake_on_signals(supervisord)
    keep_background(supervisord)
    output = Output()
    output.watch()
    return StateKeeper(supervisord, output)


class StateKeeper:
    """Writes what all programs together amount to, whenever one of them changes."""

    def __init__(self, supervisord, output):
        self._supervisord = supervisord
        self._output = output
        self._written = None
        events.subscribe(events.ProcessStateEvent, self._on_process)
        events.subscribe(events.ProcessGroupEvent, self._on_change)
        events.subscribe(events.SupervisorRunningEvent, self._on_change)
        events.subscribe(events.SupervisorStoppingEvent, self._on_stopping)

    def _on_process(self, event):
        process = event.process
        if process.state not in LIVING:
            self._output.end(process)
        # startsecs 0 means that a start always succeeds: a program that dies at once would be started again without end.
        if process.state == ProcessStates.EXITED and unexpected(process) and process.config.startsecs == 0:
            process.config.startsecs = 1
        self._on_change(event)

    def _on_change(self, _event):
        # What stops because the container stops has not failed.
        if self._supervisord.options.mood < SupervisorStates.RUNNING:
            return
        state = overall_state(all_processes(self._supervisord), self._output)
        if state != self._written:
            self._written = state
            write_state(state)

    def _on_stopping(self, _event):
        terminate_on_stop()


def all_processes(supervisord):
    groups = supervisord.process_groups.values()
    return [process for group in groups for process in group.processes.values()]


def overall_state(processes, output):
    """'ready', else the worst: what failed, else what is still starting; then lines with the last output of those."""
    described = [(description, process) for process in processes for description in [describe(process)] if description]
    for kind in ('failed', 'starting'):
        worst = [(text, process) for (each, text), process in described if each == kind]
        worst.sort(key=lambda each: each[0])
        if worst:
            last = [line for _, process in worst for line in last_output(process, output)]
            return '\n'.join([kind + ' ' + ', '.join(text for text, _ in worst), *last])
    return 'ready'


def last_output(process, output):
    if process.state == ProcessStates.STARTING and not process.backoff:
        return []
    return ['%s: %s' % (process.config.name, line) for line in output.last_lines(process)]


def describe(process):
    """('failed' or 'starting', text), or None for a program that is as it should be."""
    name = process.config.name
    state = process.state
    if state == ProcessStates.FATAL:
        return 'failed', '%s FATAL: %s' % (name, one_line(process.spawnerr) or 'could not be started')
    if state == ProcessStates.EXITED and unexpected(process):
        return 'failed', '%s exited (%s)' % (name, ending(process.exitstatus))
    if state == ProcessStates.BACKOFF:
        return 'starting', '%s (attempt %d: %s)' % (name, process.backoff, one_line(process.spawnerr))
    if state == ProcessStates.STARTING:
        return 'starting', name
    if state == ProcessStates.STOPPED and not process.laststart and process.config.autostart:
        return 'starting', name
    # RUNNING; ended as it may; stopped by hand.
    return None


def unexpected(process):
    return process.exitstatus not in process.config.exitcodes


def one_line(text):
    return ' '.join((text or '').split())


def ending(status):
    return 'killed by a signal' if status == -1 else 'status %s' % status


def write_state(state):
    temporary = '%s/state.supervisord' % DIRECTORY
    try:
        os.makedirs(DIRECTORY, exist_ok=True)
        with open(temporary, 'w') as file:
            file.write(state + '\n')
        os.rename(temporary, '%s/state' % DIRECTORY)
    except OSError:
        # A full disk is no reason to bring the programs down.
        pass


def keep_sshd_from_failing(supervisord):
    """An instance that got no host key, or whose port 22 is the host's, does without sshd."""
    if os.path.exists(SSHD_OFF):
        reason = '%s exists' % SSHD_OFF
    elif not os.path.exists(HOST_KEY):
        reason = 'there is no host key %s' % HOST_KEY
    else:
        return
    for process in all_processes(supervisord):
        if process.config.name == 'sshd':
            process.config.autostart = False
            supervisord.options.logger.info('dockerops: sshd is not started: ' + reason)


def keep_background(supervisord):
    """supervisord, as the first process, reaps what others started; of that it says nothing but to its log."""
    options = supervisord.options
    waitpid = options.waitpid

    def waitpid_of_all():
        pid, status = waitpid()
        if pid and pid not in options.pidhistory and options.mood >= SupervisorStates.RUNNING:
            dockerops_background.ended(pid, status)
        return pid, status

    options.waitpid = waitpid_of_all


def wake_on_signals(supervisord):
    """supervisord looks around once a second. This makes it look when there is something to see: start-up, readiness
    and `docker stop` take milliseconds instead of seconds."""
    wakeup = Wakeup()
    supervisord.options.get_socket_map()[wakeup.fileno()] = wakeup
    poller = supervisord.options.poller
    poll = poller.poll
    poller.poll = lambda timeout: poll(min([timeout] + [due(process) for process in all_processes(supervisord)]))


def due(process):
    """Seconds until supervisord has something to do for this process that no signal announces."""
    now = time.time()
    if process.state == ProcessStates.STARTING:
        wait = process.laststart + process.config.startsecs - now
    elif process.state in (ProcessStates.BACKOFF, ProcessStates.STOPPING):
        wait = process.delay - now
    elif process.state == ProcessStates.STOPPED and process.config.autostart and not process.laststart:
        wait = 0
    elif process.state == ProcessStates.EXITED and process.config.autorestart and unexpected(process):
        wait = 0
    else:
        return 3600
    return max(wait, 0) + 0.001


class Wakeup:
    """A member of supervisord's socket map that is readable after each signal."""

    def __init__(self):
        self._reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def fileno(self):
        return self._reader

    def readable(self):
        return True

    def writable(self):
        return False

    def handle_read_event(self):
        try:
            os.read(self._reader, 4096)
        except OSError:
            pass

    def handle_error(self):
        pass
