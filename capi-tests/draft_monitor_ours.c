/* Events of version 2: both addresses, for each type of monitoring socket. */
/* behaviours: 252, 254, 255, 256 */
#define ZMQ_BUILD_DRAFT_API
#include "check.h"

/* Event, value count, values, local and remote address. */
struct told
{
    uint64_t event, count;
    char local[256], remote[256];
};

static struct told next (void *monitor)
{
    struct told told = {0, 0, "", ""};
    uint64_t value;
    MUST_BE (zmq_recv (monitor, &told.event, 8, 0) == 8);
    MUST_BE (zmq_recv (monitor, &told.count, 8, 0) == 8);
    for (uint64_t i = 0; i < told.count; i++)
        MUST_BE (zmq_recv (monitor, &value, 8, 0) == 8);
    MUST (recv_text (monitor, told.local, sizeof told.local, 0));
    MUST (recv_text (monitor, told.remote, sizeof told.remote, 0));
    return told;
}

static void *monitor_of (void *ctx, void *s, int type)
{
    char address[64];
    static int number;
    snprintf (address, sizeof address, "inproc://version-2-%d", ++number);
    MUST (zmq_socket_monitor_versioned (
        s, address,
        ZMQ_EVENT_LISTENING | ZMQ_EVENT_CONNECTED | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_MONITOR_STOPPED,
        2, type));
    void *monitor = new_socket (ctx, type == ZMQ_PUB ? ZMQ_SUB : type == ZMQ_PUSH ? ZMQ_PULL : type);
    if (type == ZMQ_PUB)
        set_text (monitor, ZMQ_SUBSCRIBE, "");
    connect_to (monitor, address);
    return monitor;
}

static const char *yes (int condition)
{
    return condition ? "yes" : "no";
}

static void once (const char *address, int type)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_DEALER), *b = new_socket (ctx, ZMQ_DEALER);
    int scheme = (int) (strchr (address, ':') - address);
    say ("-- %.*s, type %d", scheme, address, type);
    if (strstr (address, "::"))
        set_int (a, ZMQ_IPV6, 1), set_int (b, ZMQ_IPV6, 1);
    void *server = monitor_of (ctx, a, type), *client = monitor_of (ctx, b, type);
    if (strcmp (address, "ipc://") == 0)
        bind_fresh (a, "ipc");
    else {
        MUST (zmq_bind (a, address));
        snprintf (bound_at, sizeof bound_at, "%s", last_endpoint (a));
    }
    connect_to (b, bound_at);
    struct told listening = next (server), accepted = next (server), connected = next (client);
    say ("%s: local is the endpoint %s, remote is empty %s", event_name ((int) listening.event),
         yes (strcmp (listening.local, bound_at) == 0), yes (!listening.remote[0]));
    say ("%s: remote is the endpoint %s, local is another of the scheme %s",
         event_name ((int) connected.event), yes (strcmp (connected.remote, bound_at) == 0),
         yes (strcmp (connected.local, bound_at) != 0
              && strncmp (connected.local, address, (size_t) scheme + 3) == 0));
    say ("%s: local is the endpoint %s, remote is the client's local %s",
         event_name ((int) accepted.event), yes (strcmp (accepted.local, bound_at) == 0),
         yes (strcmp (accepted.remote, connected.local) == 0));
    MUST (zmq_socket_monitor (b, NULL, 0));
    struct told stopped = next (client);
    say ("%s: both empty %s", event_name ((int) stopped.event),
         yes (!stopped.local[0] && !stopped.remote[0]));
    MUST (zmq_close (server));
    MUST (zmq_close (client));
    end (ctx, a, b);
}

static void run (void)
{
    static const int types[] = {ZMQ_PAIR, ZMQ_PUB, ZMQ_PUSH};
    for (int i = 0; i < 3; i++) {
        once ("tcp://127.0.0.1:*", types[i]);
        once ("tcp://[::1]:*", types[i]);
        once ("ipc://", types[i]);
    }
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_DEALER);
    TRY (zmq_socket_monitor_versioned (s, "tcp://127.0.0.1:*", ZMQ_EVENT_ALL, 2, ZMQ_PAIR));
    TRY (zmq_socket_monitor_versioned (s, "inproc://m", ZMQ_EVENT_ALL, 2, ZMQ_CLIENT));
    TRY (zmq_socket_monitor_versioned (s, "inproc://m", ZMQ_EVENT_ALL, 2, ZMQ_DEALER));
    TRY (zmq_socket_monitor_versioned (s, "inproc://m", ZMQ_EVENT_ALL, 3, ZMQ_PAIR));
    TRY (zmq_socket_monitor_pipes_stats (NULL));
    TRY (zmq_socket_monitor_pipes_stats (s));
    end (ctx, s, NULL);
}
