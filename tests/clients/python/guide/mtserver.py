"""A server whose workers are threads."""

import threading

import zmq


def worker(context):
    socket = context.socket(zmq.REP)
    socket.connect("inproc://workers")
    while True:
        try:
            question = socket.recv_string()
            socket.send_string(question.replace("Hello", "World"))
        except zmq.ContextTerminated:
            break
    socket.close()


context = zmq.Context()
clients = context.socket(zmq.ROUTER)
clients.bind("tcp://127.0.0.1:*")
workers = context.socket(zmq.DEALER)
workers.bind("inproc://workers")
threads = [threading.Thread(target=worker, args=(context,)) for _ in range(5)]
for thread in threads:
    thread.start()
print(clients.last_endpoint.decode(), flush=True)

try:
    zmq.proxy(clients, workers)
except KeyboardInterrupt:
    print("interrupted", flush=True)
clients.close(linger=0)
workers.close(linger=0)
context.term()
for thread in threads:
    thread.join()
print("ended", flush=True)
