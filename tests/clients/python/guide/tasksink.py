"""Task sink: waits for the start and then for N results. tasksink.py N"""

import sys
import time

import zmq

context = zmq.Context()
receiver = context.socket(zmq.PULL)
receiver.bind("tcp://127.0.0.1:*")
print(receiver.last_endpoint.decode(), flush=True)

receiver.recv()
began = time.monotonic()
for _ in range(int(sys.argv[1])):
    receiver.recv()
print(f"collected {sys.argv[1]} in {1000 * (time.monotonic() - began):.0f} ms", flush=True)
