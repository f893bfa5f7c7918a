"""Subscribes to one kind of envelope. psenvsub.py PUBLISHER N"""

import sys

import zmq

context = zmq.Context()
subscriber = context.socket(zmq.SUB)
subscriber.connect(sys.argv[1])
subscriber.setsockopt(zmq.SUBSCRIBE, b"B")

for _ in range(int(sys.argv[2])):
    address, contents = subscriber.recv_multipart()
    assert (address, contents) == (b"B", b"We would like to see this"), (address, contents)
print(f"{sys.argv[2]} under B", flush=True)
