/* What the monitors of both ends tell, from listening to stopping. */
/* behaviours: 253 */
#include "check.h"

static void until_stopped (const char *label, void *monitor)
{
    char address[256];
    int event;
    do {
        event = next_event (monitor, NULL, address, sizeof address);
        say ("%s: %s", label, event_name (event));
    } while (event && event != ZMQ_EVENT_MONITOR_STOPPED);
}

static void once (const char *transport)
{
    void *ctx = new_context (), *a = new_socket (ctx, ZMQ_DEALER), *b = new_socket (ctx, ZMQ_DEALER);
    /* Delayed connects and the two orders of closing are left to chance upstream. */
    void *server = new_monitor (ctx, a, ZMQ_EVENT_ALL & ~ZMQ_EVENT_CLOSED);
    void *client = new_monitor (ctx, b, ZMQ_EVENT_ALL & ~ZMQ_EVENT_CONNECT_DELAYED);
    bind_fresh (a, transport);
    connect_to (b, bound_at);
    SEND (b, "hello");
    RECV (a);
    MUST (zmq_close (b));
    until_stopped ("client", client);
    say_event (server);
    say_event (server);
    say_event (server);
    say_event (server);
    MUST (zmq_close (a));
    until_stopped ("server", server);
    MUST (zmq_close (client));
    end (ctx, server, NULL);
}

static void run (void)
{
    say ("-- tcp");
    once ("tcp");
    say ("-- ipc");
    once ("ipc");
}
