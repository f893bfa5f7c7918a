/* The delays double as long as no handshake succeeds, whatever becomes of the connections, and
   begin anew when one has. 4.3.4 asks peers that close at once again without ever slowing down. */
/* behaviours: 120 */
#include "check.h"

static int listening;

static void *close_all (void *unused)
{
    (void) unused;
    int fd;
    while ((fd = accept (listening, NULL, NULL)) != -1)
        MUST (close (fd));
    return NULL;
}

static void listen_by_tcp (char *address, size_t size)
{
    struct sockaddr_in in = {0};
    socklen_t length = sizeof in;
    int on = 1;
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    MUST (listening = socket (AF_INET, SOCK_STREAM, 0));
    MUST (setsockopt (listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
    MUST (bind (listening, (struct sockaddr *) &in, sizeof in));
    MUST (getsockname (listening, (struct sockaddr *) &in, &length));
    snprintf (address, size, "tcp://127.0.0.1:%d", ntohs (in.sin_port));
}

static void listen_by_ipc (char *address, size_t size)
{
    struct sockaddr_un un = {0};
    un.sun_family = AF_UNIX;
    ipc_path (un.sun_path, sizeof un.sun_path, next_number ());
    MUST (listening = socket (AF_UNIX, SOCK_STREAM, 0));
    MUST (bind (listening, (struct sockaddr *) &un, sizeof un));
    snprintf (address, size, "ipc://%s", un.sun_path);
}

static void once (const char *transport, int peer_closes)
{
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_PUSH);
    char address[256], event_address[256];
    uint32_t value = 0;
    pthread_t closer;
    (strcmp (transport, "tcp") == 0 ? listen_by_tcp : listen_by_ipc) (address, sizeof address);
    MUST (listen (listening, 100));
    if (peer_closes)
        MUST_BE (pthread_create (&closer, NULL, close_all, NULL) == 0);
    set_int (s, ZMQ_RECONNECT_IVL, 10);
    set_int (s, ZMQ_RECONNECT_IVL_MAX, 80);
    set_int (s, ZMQ_HANDSHAKE_IVL, peer_closes ? PATIENCE_MS : 20);
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    connect_to (s, address);
    printf ("%s, a peer that %s:", transport, peer_closes ? "closes" : "says nothing");
    for (int i = 0; i < 6; i++) {
        MUST_BE (next_event (monitor, &value, event_address, sizeof event_address));
        printf (" %d", (int) value);
    }
    MUST (shutdown (listening, SHUT_RDWR));
    if (peer_closes)
        MUST_BE (pthread_join (closer, NULL) == 0);
    MUST (close (listening));

    void *bound = new_socket (ctx, ZMQ_PULL);
    MUST (zmq_bind (bound, address));
    while (next_event (monitor, &value, event_address, sizeof event_address)
           != ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
        ;
    MUST (zmq_close (bound));
    MUST_BE (next_event (monitor, &value, event_address, sizeof event_address)
             == ZMQ_EVENT_CONNECT_RETRIED);
    say (", after a handshake %d", (int) value);
    if (strcmp (transport, "ipc") == 0)
        unlink (address + strlen ("ipc://"));
    MUST (zmq_close (monitor));
    end (ctx, s, NULL);
}

static void run (void)
{
    once ("tcp", 1);
    once ("ipc", 1);
    once ("tcp", 0);
    once ("ipc", 0);
}
