/* A peer that announces a TTL shorter than the time between its pings is
   dropped by a socket without heartbeats of its own. */
/* behaviours: 260 */
#include "check.h"

static void pair_of (const char *name, int server_type, int client_type)
{
    void *ctx = new_context ();
    void *server = new_socket (ctx, server_type), *client = new_socket (ctx, client_type);
    set_int (client, ZMQ_HEARTBEAT_TTL, 100);
    set_int (client, ZMQ_HEARTBEAT_IVL, 250);
    set_int (client, ZMQ_RECONNECT_IVL, -1);
    void *monitor = new_monitor (ctx, server,
                                 ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED);
    bind_fresh (server, "tcp");
    connect_to (client, bound_at);
    say ("%s", name);
    say_event (monitor);
    say_event (monitor);
    MUST (zmq_close (monitor));
    end (ctx, server, client);
}

static void run (void)
{
    pair_of ("ROUTER DEALER", ZMQ_ROUTER, ZMQ_DEALER);
    pair_of ("REP REQ", ZMQ_REP, ZMQ_REQ);
    pair_of ("PUSH PULL", ZMQ_PUSH, ZMQ_PULL);
    pair_of ("PUB SUB", ZMQ_PUB, ZMQ_SUB);
    pair_of ("PAIR PAIR", ZMQ_PAIR, ZMQ_PAIR);
}
