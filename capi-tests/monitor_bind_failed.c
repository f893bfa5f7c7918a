/* A bind that fails is told to the monitor too. */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PULL);
    char address[256];
    uint32_t value = 0;
    bind_fresh (a, "tcp");
    void *monitor = new_monitor (ctx, b, ZMQ_EVENT_BIND_FAILED);
    /* 4.3.4 may report the wrong errno here: sending the event spoils it. */
    say ("bind %d", zmq_bind (b, bound_at));
    int event = next_event (monitor, &value, address, sizeof address);
    say ("event %s, value %s", event_name (event), err_name ((int) value));
    YES (strcmp (address, bound_at + 6) == 0);
    MUST (zmq_close (monitor));
    end (ctx, a, b);
}
