"""Answers what a broker hands out. rrworker.py BROKER"""

import sys

import zmq

context = zmq.Context()
socket = context.socket(zmq.REP)
socket.connect(sys.argv[1])
print("working", flush=True)
while True:
    socket.send_string(socket.recv_string().replace("Hello", "World"))
