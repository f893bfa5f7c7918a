/* A connecting STREAM keeps its peer's id over connections; large data comes whole. */
/* behaviours: 203, 207, 208, 209 */
#include "check.h"

static size_t receive_all (void *stream, size_t wanted, int *largest)
{
    static char body[1 << 16];
    size_t got = 0;
    while (got < wanted) {
        char id[16];
        MUST (zmq_recv (stream, id, sizeof id, 0));
        int n = zmq_recv (stream, body, sizeof body, 0);
        MUST (n);
        got += (size_t) n;
        if (n > *largest)
            *largest = n;
    }
    return got;
}

static void run (void)
{
    static char data[300000];
    void *ctx = new_context (), *server = new_socket (ctx, ZMQ_STREAM), *client = new_socket (ctx, ZMQ_STREAM);
    char address[256];
    int largest = 0;
    set_int (server, ZMQ_STREAM_NOTIFY, 0);
    bind_fresh (server, "tcp");
    strcpy (address, bound_at);
    MUST (zmq_setsockopt (client, ZMQ_CONNECT_ROUTING_ID, "server", 6));
    set_int (client, ZMQ_RECONNECT_IVL, 10);
    connect_to (client, address);
    RECV (client);
    SEND (client, "server", "without notice");
    RECV (server);

    say ("-- large");
    MUST (zmq_send (client, "server", 6, ZMQ_SNDMORE));
    MUST (zmq_send (client, data, sizeof data, 0));
    say ("%lu bytes", (unsigned long) receive_all (server, sizeof data, &largest));
    YES (largest <= 8192);

    say ("-- again");
    MUST (zmq_close (server));
    RECV (client);
    server = new_socket (ctx, ZMQ_STREAM);
    while (zmq_bind (server, address) == -1)
        look_again ();
    RECV (client);
    RECV (server);
    SEND (client, "server", "back");
    RECV (server);
    end (ctx, server, client);
}
