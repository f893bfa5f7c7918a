"""Task sink that tells the workers to stop. tasksink2.py N WORKERS; prints its two endpoints."""

import sys

import zmq

context = zmq.Context()
receiver = context.socket(zmq.PULL)
receiver.bind("tcp://127.0.0.1:*")
# An XPUB where a PUB would do: it can wait until every worker has subscribed.
controller = context.socket(zmq.XPUB)
controller.setsockopt(zmq.XPUB_VERBOSE, 1)
controller.bind("tcp://127.0.0.1:*")
print(receiver.last_endpoint.decode(), controller.last_endpoint.decode(), flush=True)

tasks, workers = int(sys.argv[1]), int(sys.argv[2])
receiver.recv()
for _ in range(tasks):
    receiver.recv()
for _ in range(workers):
    controller.recv()
print("collected", tasks, flush=True)
controller.send(b"KILL")

receiver.close()
controller.close()
context.term()
