"""Two sockets read in turn, without a poll. msreader.py VENTILATOR WEATHER; Ctrl-C ends it."""

import sys
import time

import zmq

context = zmq.Context()
receiver = context.socket(zmq.PULL)
receiver.connect(sys.argv[1])
subscriber = context.socket(zmq.SUB)
subscriber.connect(sys.argv[2])
subscriber.setsockopt(zmq.SUBSCRIBE, b"10001")
print("reading", flush=True)

try:
    while True:
        while True:
            try:
                print("task", receiver.recv(zmq.DONTWAIT).decode(), flush=True)
            except zmq.Again:
                break
        while True:
            try:
                print("weather", subscriber.recv(zmq.DONTWAIT).decode(), flush=True)
            except zmq.Again:
                break
        # Neither had anything.
        time.sleep(0.001)
except KeyboardInterrupt:
    print("interrupted", flush=True)
