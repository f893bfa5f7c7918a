"""Task worker that can be told to stop. taskwork2.py VENTILATOR SINK CONTROL"""

import sys
import time

import zmq

context = zmq.Context()
receiver = context.socket(zmq.PULL)
receiver.connect(sys.argv[1])
sender = context.socket(zmq.PUSH)
sender.connect(sys.argv[2])
controller = context.socket(zmq.SUB)
controller.connect(sys.argv[3])
controller.setsockopt(zmq.SUBSCRIBE, b"")

poller = zmq.Poller()
poller.register(receiver, zmq.POLLIN)
poller.register(controller, zmq.POLLIN)
print("working", flush=True)

done = 0
while True:
    ready = dict(poller.poll())
    if ready.get(receiver) == zmq.POLLIN:
        time.sleep(int(receiver.recv_string()) * 0.001)
        sender.send(b"done")
        done += 1
    if ready.get(controller) == zmq.POLLIN:
        print("told", controller.recv().decode(), "after", done, flush=True)
        break

for socket in (receiver, sender, controller):
    socket.close()
context.term()
