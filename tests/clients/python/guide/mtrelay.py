"""Three threads that wait for one another through PAIR sockets."""

import threading

import zmq


def step1(context):
    sender = context.socket(zmq.PAIR)
    sender.connect("inproc://step2")
    print("step 1 ready", flush=True)
    sender.send(b"READY")
    sender.close()


def step2(context):
    receiver = context.socket(zmq.PAIR)
    receiver.bind("inproc://step2")
    thread = threading.Thread(target=step1, args=(context,))
    thread.start()
    receiver.recv()
    receiver.close()
    sender = context.socket(zmq.PAIR)
    sender.connect("inproc://step3")
    print("step 2 ready", flush=True)
    sender.send(b"READY")
    sender.close()
    thread.join()


context = zmq.Context()
receiver = context.socket(zmq.PAIR)
receiver.bind("inproc://step3")
thread = threading.Thread(target=step2, args=(context,))
thread.start()
receiver.recv()
print("step 3 ready", flush=True)
receiver.close()
thread.join()
context.term()
