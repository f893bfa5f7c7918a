"""Asks N questions. rrclient.py SERVER N"""

import sys

import zmq

context = zmq.Context()
socket = context.socket(zmq.REQ)
socket.connect(sys.argv[1])
count = int(sys.argv[2])
for number in range(count):
    socket.send_string(f"Hello {number}")
    answer = socket.recv_string()
    assert answer == f"World {number}", answer
print(f"{count} answers", flush=True)
