"""Two sockets read with a poll. mspoller.py VENTILATOR WEATHER; Ctrl-C ends it."""

import sys

import zmq

context = zmq.Context()
receiver = context.socket(zmq.PULL)
receiver.connect(sys.argv[1])
subscriber = context.socket(zmq.SUB)
subscriber.connect(sys.argv[2])
subscriber.setsockopt(zmq.SUBSCRIBE, b"10001")

poller = zmq.Poller()
poller.register(receiver, zmq.POLLIN)
poller.register(subscriber, zmq.POLLIN)
print("reading", flush=True)

try:
    while True:
        ready = dict(poller.poll())
        if receiver in ready:
            print("task", receiver.recv().decode(), flush=True)
        if subscriber in ready:
            print("weather", subscriber.recv().decode(), flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
