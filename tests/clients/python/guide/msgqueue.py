"""The same broker as a proxy. Prints its two endpoints: for clients, for workers."""

import zmq

context = zmq.Context()
frontend = context.socket(zmq.ROUTER)
backend = context.socket(zmq.DEALER)
frontend.bind("tcp://127.0.0.1:*")
backend.bind("tcp://127.0.0.1:*")
print(frontend.last_endpoint.decode(), backend.last_endpoint.decode(), flush=True)

try:
    zmq.proxy(frontend, backend)
except KeyboardInterrupt:
    print("interrupted", flush=True)
frontend.close(linger=0)
backend.close(linger=0)
context.term()
