"""Holds many leases from one container and renews them one after the other without a pause, whatever the server says,
until SIGTERM.

Arguments: first number, how many, a file that is given the count of renewals, the project's key. Lease N is of instance
nN of service load, at 192.0.2.N.
"""
import base64
import hashlib
import hmac
import json
import signal
import sys
import time

sys.path.append("/usr/local/lib/dockerops/python")
from dockerops_dns import exchange, wire
from dockerops_dns.client import Client, Config

FAILURES = (OSError, wire.WireError, wire.ServerTime, exchange.Refused)


def client(document, number, project_key):
    address = "192.0.2.%d" % number
    name = "n%d.load.1.append.far.%s" % (number, address.replace(".", "-"))
    secret = hmac.new(project_key, name.encode(), hashlib.sha256).digest()
    key = {"name": name, "algorithm": "hmac-sha256", "secret": base64.b64encode(secret).decode()}
    document.update(service="load", instance="n%d" % number, policy="APPEND", service_ip=address, key=key)
    document.update(same_network=False)
    return Client(Config.from_json(document), lambda text: None)


def withdraw(one):
    for _ in range(20):
        try:
            return one.withdraw()
        except FAILURES:
            time.sleep(0.2)


def main(first, count, path, project_key):
    with open("/etc/dockerops/dns.json", encoding="utf-8") as file:
        document = json.load(file)
    clients = [client(document, number, project_key) for number in range(first, first + count)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    renewals = 0
    try:
        while True:
            for one in clients:
                try:
                    one.renew()
                    renewals += 1
                except FAILURES:
                    time.sleep(0.05)
            with open(path, "w", encoding="ascii") as file:
                file.write("%d\n" % renewals)
    finally:
        for one in clients:
            withdraw(one)


main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], base64.b64decode(sys.argv[4]))
