"""Says that it is there and counts updates until the end of them. syncsub.py PUBLISHER SERVICE"""

import sys

import zmq

context = zmq.Context()
subscriber = context.socket(zmq.SUB)
subscriber.connect(sys.argv[1])
subscriber.setsockopt(zmq.SUBSCRIBE, b"")
subscriber.recv()

client = context.socket(zmq.REQ)
client.connect(sys.argv[2])
client.send(b"")
client.recv()

count = 0
while (update := subscriber.recv()) != b"END":
    count += update == b"Rhubarb"
print(f"received {count} updates", flush=True)
