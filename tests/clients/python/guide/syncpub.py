"""Publishes N updates once S subscribers have seen that they hear it. syncpub.py S N"""

import sys

import zmq

subscribers, updates = int(sys.argv[1]), int(sys.argv[2])
context = zmq.Context()
publisher = context.socket(zmq.PUB)
publisher.sndhwm = 1_100_000
publisher.bind("tcp://127.0.0.1:*")
service = context.socket(zmq.REP)
service.bind("tcp://127.0.0.1:*")
print(publisher.last_endpoint.decode(), service.last_endpoint.decode(), flush=True)

while subscribers:
    publisher.send(b"HELLO")
    if service.poll(10):
        service.recv()
        service.send(b"")
        subscribers -= 1
for _ in range(updates):
    publisher.send(b"Rhubarb")
publisher.send(b"END")
print("published", flush=True)

publisher.close()
service.close()
context.term()
