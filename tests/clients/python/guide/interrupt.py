"""Ctrl-C in the middle of a blocking receive."""

import zmq

context = zmq.Context()
socket = context.socket(zmq.REP)
socket.bind("tcp://127.0.0.1:*")
print(socket.last_endpoint.decode(), flush=True)

try:
    while True:
        socket.recv()
        socket.send(b"")
except KeyboardInterrupt:
    print("interrupted", flush=True)
socket.close()
context.term()
print("ended", flush=True)
