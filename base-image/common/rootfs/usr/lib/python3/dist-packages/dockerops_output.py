"""What programs print, as supervisord reads it: it reaches the container's log whatever file it goes to as well.

A program's section may send its output to a file (supervisord does so by default). Then it is copied to supervisord's
own output, line by line. Of every program the last lines are kept, to tell why it ended.
"""
import collections
import os

from supervisor.dispatchers import POutputDispatcher

KEPT_LINES = 5
LONGEST_KEPT_LINE = 300
# A longer line is copied in pieces.
LONGEST_LINE = 64 * 1024
STDOUT = 1
# Kept here, since supervisord makes its plugins anew when it reloads.
log = POutputDispatcher._log


class Output:
    def __init__(self):
        self._begun = {}
        self._last = collections.defaultdict(lambda: collections.deque(maxlen=KEPT_LINES))
        # Programs that have ended: the next line is that of another start.
        self._ended = set()

    def watch(self):
        """supervisord has events for output, too; but enabled, they would also go to a user's own event listeners."""
        def log_and_take(dispatcher, data):
            log(dispatcher, data)
            if data and not dispatcher.capturemode:
                self._take(dispatcher.process, dispatcher.channel, data)

        POutputDispatcher._log = log_and_take

    def end(self, process):
        """A line that the program did not end is ended here."""
        for channel in ('stdout', 'stderr'):
            rest = self._begun.pop((id_of(process), channel), b'')
            if rest:
                self._line(process, channel, rest + b'\n')
        self._ended.add(id_of(process))

    def last_lines(self, process):
        return list(self._last[id_of(process)])

    def _take(self, process, channel, data):
        if isinstance(data, str):
            data = data.encode()
        *lines, rest = (self._begun.pop((id_of(process), channel), b'') + data).split(b'\n')
        for line in lines:
            self._line(process, channel, line + b'\n')
        while len(rest) > LONGEST_LINE:
            self._line(process, channel, rest[:LONGEST_LINE] + b'\n')
            rest = rest[LONGEST_LINE:]
        if rest:
            self._begun[id_of(process), channel] = rest

    def _line(self, process, channel, line):
        text = line.decode(errors='replace').rstrip()[:LONGEST_KEPT_LINE]
        if id_of(process) in self._ended:
            self._ended.remove(id_of(process))
            self._last[id_of(process)].clear()
        if text:
            printable = ''.join(character if character.isprintable() else ' ' for character in text)
            self._last[id_of(process)].append(printable)
        if goes_to_file(getattr(process.config, channel + '_logfile')):
            write(line)


def id_of(process):
    """Programs of different groups may have one name."""
    return process.group.config.name, process.config.name


def goes_to_file(path):
    """Not for what goes to the container's log already (/dev/stdout), nor for what is thrown away (NONE, /dev/null)."""
    return isinstance(path, str) and os.path.isfile(path)


def write(data):
    try:
        while data:
            data = data[os.write(STDOUT, data):]
    except OSError:
        # Nobody reads the container's log any more.
        pass
