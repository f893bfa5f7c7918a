/* A listening socket's end: CLOSED, then MONITOR_STOPPED. */
/* behaviours: 253 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_PULL);
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_ALL);
    bind_fresh (s, "tcp");
    bind_fresh (s, "ipc");
    MUST (zmq_close (s));
    for (int i = 0; i < 5; i++)
        say_event (monitor);
    end (ctx, monitor, NULL);
}
