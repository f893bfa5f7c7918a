"""Task ventilator: N tasks for whoever pulls. taskvent.py SINK N; waits for a line of input before it starts."""

import random
import sys

import zmq

context = zmq.Context()
sender = context.socket(zmq.PUSH)
sender.bind("tcp://127.0.0.1:*")
print(sender.last_endpoint.decode(), flush=True)
sink = context.socket(zmq.PUSH)
sink.connect(sys.argv[1])

sys.stdin.readline()
sink.send(b"0")
for _ in range(int(sys.argv[2])):
    sender.send_string(str(random.randint(0, 3)))
# The context waits for what is still queued.
sender.close()
sink.close()
context.term()
