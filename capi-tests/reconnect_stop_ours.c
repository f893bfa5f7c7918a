/* RECONNECT_STOP: which ends of an attempt are the last, and a peer that comes
   back without it. */
/* behaviours: 123, 124, 125, 126 */
#define ZMQ_BUILD_DRAFT_API
#include "check.h"

static void *ctx, *s, *monitor;

static void open_with (const char *label, int stop)
{
    say ("-- %s", label);
    ctx = new_context ();
    s = new_socket (ctx, ZMQ_SUB);
    TRY_SET (s, ZMQ_RECONNECT_STOP, stop);
    set_int (s, ZMQ_RECONNECT_IVL, 20);
    monitor = new_monitor (ctx, s, ZMQ_EVENT_ALL);
}

static void silence (void)
{
    set_int (monitor, ZMQ_RCVTIMEO, 200);
    say_event (monitor);
    MUST (zmq_close (monitor));
    end (ctx, s, NULL);
}

static void *listener (const char *at)
{
    void *pub = new_socket (ctx, ZMQ_PUB);
    if (!at)
        bind_fresh (pub, "tcp");
    else
        while (zmq_bind (pub, at) == -1)
            look_again ();
    return pub;
}

static void say_events (int count)
{
    for (int i = 0; i < count; i++)
        say_event (monitor);
}

static void run (void)
{
    open_with ("a peer that comes back", 0);
    void *pub = listener (NULL);
    connect_to (s, bound_at);
    wait_event (monitor, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    MUST (zmq_close (pub));
    say_events (2);
    pub = listener (bound_at);
    /* Attempts in between are refused. */
    wait_event (monitor, ZMQ_EVENT_CONNECTED);
    say_event (monitor);
    MUST (zmq_close (pub));
    MUST (zmq_close (monitor));
    end (ctx, s, NULL);

    open_with ("refused", ZMQ_RECONNECT_STOP_CONN_REFUSED);
    pub = listener (NULL);
    connect_to (s, bound_at);
    wait_event (monitor, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    MUST (zmq_close (pub));
    say_events (4);
    silence ();

    open_with ("no handshake", ZMQ_RECONNECT_STOP_HANDSHAKE_FAILED);
    int fd = socket (AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {0};
    socklen_t size = sizeof at;
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    MUST (bind (fd, (struct sockaddr *) &at, size));
    MUST (listen (fd, 5));
    MUST (getsockname (fd, (struct sockaddr *) &at, &size));
    char address[64];
    snprintf (address, sizeof address, "tcp://127.0.0.1:%d", ntohs (at.sin_port));
    connect_to (s, address);
    int peer = accept (fd, NULL, NULL);
    MUST (close (peer));
    say_events (4);
    silence ();
    close (fd);

    open_with ("disconnected", ZMQ_RECONNECT_STOP_AFTER_DISCONNECT);
    connect_to (s, "ipc:///tmp/capi-nobody-listens-here.sock");
    wait_event (monitor, ZMQ_EVENT_CONNECT_RETRIED);
    MUST (zmq_disconnect (s, "ipc:///tmp/capi-nobody-listens-here.sock"));
    set_int (monitor, ZMQ_RCVTIMEO, 300);
    int last = 0, event;
    char text[256];
    while ((event = next_event (monitor, NULL, text, sizeof text)))
        last = event;
    say ("nothing came after the end: %s",
         last == 0 || last == ZMQ_EVENT_CLOSED ? "yes" : event_name (last));
    silence ();
}
