"""Asks the server for one name as fast as it answers, with many questions on their way at once.

Arguments: server, seconds, processes, questions on their way in each. Prints JSON: answers a second.
"""
import json
import multiprocessing
import os
import socket
import struct
import sys
import time


def work(server, seconds, window, results):
    name = b"".join(bytes([len(part)]) + part for part in (b"app-n0", b"local", b"zone")) + b"\0"
    rest = struct.pack("!5H", 0x0100, 1, 0, 0, 0) + name + struct.pack("!2H", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.connect((server, 53))
        channel.settimeout(0.5)
        number = answers = 0
        end = time.monotonic() + seconds
        for number in range(window):
            channel.send(struct.pack("!H", number & 0xFFFF) + rest)
        while time.monotonic() < end:
            try:
                channel.recv(512)
                answers += 1
            except TimeoutError:
                pass
            number += 1
            channel.send(struct.pack("!H", number & 0xFFFF) + rest)
    results.put((answers, sum(os.times()[:2])))


server, seconds, processes, window = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
results = multiprocessing.Queue()
workers = [multiprocessing.Process(target=work, args=(server, seconds, window, results)) for _ in range(processes)]
for worker in workers:
    worker.start()
done = [results.get() for _ in workers]
for worker in workers:
    worker.join()
print(json.dumps({"per_second": sum(answers for answers, _ in done) / seconds, "asking_cpu": sum(cpu for _, cpu in done) / seconds}))
