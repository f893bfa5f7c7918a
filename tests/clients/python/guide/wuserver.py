"""Weather server: one update after the other, for ever."""

import random
import time

import zmq

context = zmq.Context()
publisher = context.socket(zmq.PUB)
publisher.bind("tcp://127.0.0.1:*")
print(publisher.last_endpoint.decode(), flush=True)

while True:
    for _ in range(100):
        zipcode = random.randrange(10000, 10100)
        publisher.send_string(f"{zipcode} {random.randrange(-20, 40)} {random.randrange(10, 60)}")
    time.sleep(0.001)
