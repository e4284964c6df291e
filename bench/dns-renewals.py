"""Renews leases as fast as the server takes them, from several processes, each renewal as a client makes it.

Arguments: leases, seconds, processes. Prints JSON: renewals a second, and how long one took.
"""
import json
import multiprocessing
import sys
import time

sys.path.append("/usr/local/lib/dockerops/python")
from dockerops_dns.client import Client, Config


def work(count, first, seconds, results):
    document = json.load(open("/etc/dockerops/dns.json", encoding="utf-8"))
    clients = []
    for number in range(first, first + count):
        document.update(service="load", instance="n%d" % number, policy="APPEND", service_ip="192.0.2.%d" % (1 + number % 250), same_network=False)
        clients.append(Client(Config.from_json(document), lambda text: None))
    times = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for client in clients:
            began = time.monotonic()
            client.renew()
            times.append(time.monotonic() - began)
            if time.monotonic() >= end:
                break
    for client in clients:
        client.withdraw()
    results.put(times)


leases, seconds, processes = (int(word) for word in sys.argv[1:4])
results = multiprocessing.Queue()
each = leases // processes
workers = [multiprocessing.Process(target=work, args=(each, number * each, seconds, results)) for number in range(processes)]
for worker in workers:
    worker.start()
times = sorted(value for _ in workers for value in results.get())
for worker in workers:
    worker.join()
print(json.dumps({"per_second": len(times) / seconds, "median_ms": 1000 * times[len(times) // 2], "p99_ms": 1000 * times[len(times) * 99 // 100]}))
