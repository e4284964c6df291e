"""Where the neighbours are, and a small HTTP server. A link's name leads there on the same host; on another one its variable does."""
import json
import os
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
import redis


def address(link):
    try:
        return socket.gethostbyname(link)
    except OSError:
        return os.environ[link.upper() + '_SERVICE_IP']


def database():
    connection = psycopg2.connect(host=address('db'), dbname='shop', user='shop', password=os.environ['POSTGRES_PASSWORD'], connect_timeout=3)
    connection.autocommit = True
    return connection


def cache():
    return redis.Redis(host=address('cache'), socket_timeout=3, socket_connect_timeout=3, decode_responses=True)


def serve(answer):
    """`answer(method, path, body)` gives what is sent as JSON; what it throws is a 503, so that a client tries again."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
            try:
                status, value = 200, answer(self.command, self.path, json.loads(body) if body else None)
            except Exception as error:
                status, value = 503, {'error': repr(error)}
            text = json.dumps(value).encode()
            self.send_response(status)
            self.send_header('Content-Length', str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET

    ThreadingHTTPServer(('', 8000), Handler).serve_forever()
