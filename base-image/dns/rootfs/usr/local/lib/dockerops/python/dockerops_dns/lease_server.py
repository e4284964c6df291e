"""Sockets on loopback, tcp and udp, on which named hands updates of leases on and fetches their zone.

Nothing here waits: the arbiter's loop calls `serve` with what its selector found, and `drop_idle` now and then.
"""

import selectors
import socket
import struct
from typing import Callable, Dict, List

# named opens one connection for each update that it hands on.
_MAX_CONNECTIONS = 600
_IDLE_SECONDS = 10.0
_READ_BYTES = 65536

Answer = Callable[[bytes], List[bytes]]


class _Connection:
    def __init__(self, channel: socket.socket, now: float) -> None:
        self.channel = channel
        self.since = now
        self.received = bytearray()
        self.pending = bytearray()


class LeaseServer:
    """`answer` gives the messages to send back for one message."""

    def __init__(self, selector: selectors.BaseSelector, address: str, port: int, answer: Answer) -> None:
        self._selector = selector
        self._answer = answer
        self._connections: Dict[int, _Connection] = {}
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._datagrams = socket.socket(family, socket.SOCK_DGRAM)
        for channel in (self._listener, self._datagrams):
            channel.setblocking(False)
            channel.bind((address, port))
            selector.register(channel, selectors.EVENT_READ, self)
        self._listener.listen(128)

    def close(self) -> None:
        for connection in list(self._connections.values()):
            self._close(connection)
        for channel in (self._listener, self._datagrams):
            self._selector.unregister(channel)
            channel.close()

    def serve(self, channel: socket.socket, events: int, now: float) -> None:
        """Does what can be done on one of the sockets without waiting."""
        if channel is self._listener:
            self._accept(now)
        elif channel is self._datagrams:
            self._serve_datagram()
        elif channel.fileno() in self._connections:
            self._serve_connection(self._connections[channel.fileno()], events)

    def drop_idle(self, now: float) -> None:
        for connection in list(self._connections.values()):
            if now - connection.since >= _IDLE_SECONDS:
                self._close(connection)

    def _accept(self, now: float) -> None:
        try:
            channel = self._listener.accept()[0]
        except OSError:
            return
        if len(self._connections) >= _MAX_CONNECTIONS:
            channel.close()
            return
        channel.setblocking(False)
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connections[channel.fileno()] = _Connection(channel, now)
        self._selector.register(channel, selectors.EVENT_READ, self)

    def _serve_datagram(self) -> None:
        try:
            packet, sender = self._datagrams.recvfrom(_READ_BYTES)
            for answer in self._answer(packet)[:1]:
                self._datagrams.sendto(answer, sender)
        except OSError:
            # The sender is gone or the answer too long: it asks again, by tcp.
            return

    def _serve_connection(self, connection: _Connection, events: int) -> None:
        try:
            if events & selectors.EVENT_READ:
                chunk = connection.channel.recv(_READ_BYTES)
                if not chunk:
                    self._close(connection)
                    return
                connection.received += chunk
                self._answer_whole_messages(connection)
            self._send(connection)
        except BlockingIOError:
            return
        except OSError:
            self._close(connection)

    def _answer_whole_messages(self, connection: _Connection) -> None:
        received = connection.received
        while len(received) >= 2:
            size = struct.unpack_from("!H", received)[0]
            if len(received) < 2 + size:
                return
            message = bytes(received[2:2 + size])
            del received[:2 + size]
            for answer in self._answer(message):
                connection.pending += struct.pack("!H", len(answer)) + answer

    def _send(self, connection: _Connection) -> None:
        if connection.pending:
            try:
                del connection.pending[:connection.channel.send(connection.pending)]
            except BlockingIOError:
                pass
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.pending else 0)
        self._selector.modify(connection.channel, events, self)

    def _close(self, connection: _Connection) -> None:
        self._connections.pop(connection.channel.fileno(), None)
        self._selector.unregister(connection.channel)
        connection.channel.close()
