"""A unit of tests: answers requests with its name and their path, counts uploaded bytes, and echoes over websockets.
UNIT_NAME is its name, PORT its port; with FAILS it ends at once. On SIGTERM it answers what it has, as units should."""

import base64
import contextlib
import hashlib
import http.server
import os
import signal
import sys
import threading
import time

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
NAME = os.environ.get("UNIT_NAME") or os.environ.get("HOSTNAME", "unit")


_lock = threading.Lock()
_busy = 0


@contextlib.contextmanager
def busy():
    global _busy
    with _lock:
        _busy += 1
    try:
        yield
    finally:
        with _lock:
            _busy -= 1


def end(*_) -> None:
    """Balancers may take a second to learn that the unit goes."""
    def wait() -> None:
        time.sleep(1.5)
        while _busy > 0:
            time.sleep(0.05)
        os._exit(0)
    threading.Thread(target=wait, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        with busy():
            self.get()

    def do_POST(self) -> None:
        with busy():
            self.post()

    def get(self) -> None:
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self.echo()
        else:
            self.answer("%s %s" % (NAME, self.path))

    def post(self) -> None:
        left = int(self.headers.get("Content-Length") or 0)
        received = 0
        while received < left:
            chunk = self.rfile.read1(left - received)
            if not chunk:
                return
            received += len(chunk)
        self.answer("%s %d" % (NAME, received))

    def answer(self, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def echo(self) -> None:
        """Frames of at most 125 bytes, back as they came but unmasked."""
        key = self.headers.get("Sec-WebSocket-Key", "").encode()
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept)
        self.end_headers()
        self.close_connection = True
        while True:
            head = self.rfile.read(6)
            if len(head) < 6 or head[0] & 0x0F == 8:
                return
            body = self.rfile.read(head[1] & 0x7F)
            self.wfile.write(bytes([head[0], len(body)]) + bytes(b ^ head[2 + i % 4] for i, b in enumerate(body)))

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256


if os.environ.get("FAILS"):
    sys.exit("this unit fails")
signal.signal(signal.SIGTERM, end)
Server(("", int(os.environ.get("PORT", "9000"))), Handler).serve_forever()
