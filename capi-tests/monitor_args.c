/* Monitor: what is refused, stopping by NULL, a second one, mask 0. */
/* behaviours: 252, 257 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_DEALER);
    TRY (zmq_socket_monitor (s, "tcp://127.0.0.1:5555", ZMQ_EVENT_ALL));
    TRY (zmq_socket_monitor (s, "ipc:///tmp/x", ZMQ_EVENT_ALL));
    TRY (zmq_socket_monitor (s, "nonsense", ZMQ_EVENT_ALL));
    TRY (zmq_socket_monitor (s, "nope://x", ZMQ_EVENT_ALL));
    TRY (zmq_socket_monitor (s, "inproc://m", 0x10000));
    TRY (zmq_socket_monitor (s, "inproc://m", -1));
    TRY (zmq_socket_monitor (s, NULL, 0));
    void *other = new_socket (ctx, ZMQ_PAIR);
    MUST (zmq_bind (other, "inproc://taken"));
    TRY (zmq_socket_monitor (s, "inproc://taken", ZMQ_EVENT_ALL));

    void *first = new_monitor (ctx, s, ZMQ_EVENT_ALL);
    void *second = new_monitor (ctx, s, ZMQ_EVENT_ALL);
    say_event (first);
    TRY (zmq_bind (s, "tcp://127.0.0.1:*"));
    say_event (second);
    TRY (zmq_socket_monitor (s, NULL, 0));
    say_event (second);
    void *none = new_monitor (ctx, s, 0);
    TRY (zmq_bind (s, "tcp://127.0.0.1:*"));
    TRY (zmq_socket_monitor (s, NULL, 0));
    set_int (none, ZMQ_RCVTIMEO, 100);
    say_event (none);

    /* The same address again, once the first monitor has stopped. */
    TRY (zmq_socket_monitor (s, "inproc://again", ZMQ_EVENT_LISTENING));
    TRY (zmq_socket_monitor (s, NULL, 0));
    while (zmq_socket_monitor (s, "inproc://again", ZMQ_EVENT_LISTENING) == -1)
        MUST_BE (errno == EADDRINUSE);
    MUST (zmq_close (first));
    MUST (zmq_close (second));
    MUST (zmq_close (none));
    end (ctx, s, other);
}
