/* PUB without loss, for the programs that count deliveries. */
#ifndef PUBLISH_H
#define PUBLISH_H

#include "perf.h"

#include <poll.h>

/* Empty messages, one a millisecond, until the subscribers have raised `ready`. */
static inline void probe_until (void *pub, struct signal *ready)
{
    struct pollfd item = {ready->fds[0], POLLIN, 0};
    do {
        MUST (zmq_send (pub, "", 0, 0));
    } while (poll (&item, 1, 1) == 0);
    await_signal (ready);
}

/* The next message that is not a probe. */
static inline void receive_published (void *sub, zmq_msg_t *msg, size_t size)
{
    do {
        MUST (zmq_msg_recv (msg, sub, 0));
    } while (zmq_msg_size (msg) == 0);
    expect_size (msg, size);
}

static inline void *new_subscriber (void *ctx, const char *endpoint)
{
    void *s = must_have (zmq_socket (ctx, ZMQ_SUB), "zmq_socket");
    MUST (zmq_setsockopt (s, ZMQ_SUBSCRIBE, "", 0));
    MUST (zmq_connect (s, endpoint));
    return s;
}

#endif
