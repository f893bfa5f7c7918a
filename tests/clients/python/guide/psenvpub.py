"""Publishes messages with an envelope, for ever."""

import time

import zmq

context = zmq.Context()
publisher = context.socket(zmq.PUB)
publisher.bind("tcp://127.0.0.1:*")
print(publisher.last_endpoint.decode(), flush=True)

while True:
    publisher.send_multipart([b"A", b"We do not want to see this"])
    publisher.send_multipart([b"B", b"We would like to see this"])
    time.sleep(0.001)
