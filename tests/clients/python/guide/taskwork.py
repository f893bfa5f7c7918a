"""Task worker: pulls tasks, pushes results. taskwork.py VENTILATOR SINK"""

import sys
import time

import zmq

context = zmq.Context()
receiver = context.socket(zmq.PULL)
receiver.connect(sys.argv[1])
sender = context.socket(zmq.PUSH)
sender.connect(sys.argv[2])
print("working", flush=True)

while True:
    milliseconds = int(receiver.recv_string())
    time.sleep(milliseconds * 0.001)
    sender.send(b"")
