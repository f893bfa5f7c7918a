/* The address frame: the bound endpoint here, the connected one there. */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context (), *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PUSH);
    int mask = ZMQ_EVENT_LISTENING | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_CONNECTED
               | ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    void *server = new_monitor (ctx, a, mask), *client = new_monitor (ctx, b, mask);
    char address[256];
    uint32_t value;
    bind_fresh (a, transport);
    connect_to (b, bound_at);
    for (int i = 0; i < 3; i++) {
        int event = next_event (server, &value, address, sizeof address);
        say ("server %s: bound endpoint %s, value %s", event_name (event),
             strcmp (address, bound_at) == 0 ? "yes" : "no", value ? "set" : "0");
    }
    for (int i = 0; i < 2; i++) {
        int event = next_event (client, &value, address, sizeof address);
        say ("client %s: bound endpoint %s, value %s", event_name (event),
             strcmp (address, bound_at) == 0 ? "yes" : "no", value ? "set" : "0");
    }
    MUST (zmq_close (server));
    MUST (zmq_close (client));
    end (ctx, a, b);
}

static void run (void)
{
    say ("-- tcp");
    once ("tcp");
    say ("-- ipc");
    once ("ipc");
}
