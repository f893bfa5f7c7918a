/* A handler that never answers: the handshake ends when the client gives up. */
/* behaviours: 273 */
/* hostile: 27 */
#include "secure.h"

static void once (int reads)
{
    void *ctx = new_context (), *handler = new_socket (ctx, ZMQ_REP);
    char address[256];
    uint32_t value = 0;
    MUST (zmq_bind (handler, "inproc://zeromq.zap.01"));
    void *server = new_socket (ctx, ZMQ_DEALER), *client = new_socket (ctx, ZMQ_DEALER);
    plain_server (server);
    plain_client (client, "name", "word");
    void *monitor = new_monitor (ctx, server, HANDSHAKES);
    bind_fresh (server, "tcp");
    connect_to (client, bound_at);
    if (reads) {
        char frame[256];
        MUST (recv_text (handler, frame, sizeof frame, 0));
        say ("asked in version %s", frame);
    }
    set_int (monitor, ZMQ_RCVTIMEO, 100);
    say_event (monitor);
    set_int (monitor, ZMQ_RCVTIMEO, PATIENCE_MS);
    MUST (zmq_close (client));
    int event = next_event (monitor, &value, address, sizeof address);
    say ("%s %s", event_name (event), err_name ((int) value));
    MUST (zmq_close (monitor));
    MUST (zmq_close (server));
    end (ctx, handler, NULL);
}

static void run (void)
{
    say ("-- a handler that does not read");
    once (0);
    say ("-- a handler that does not answer");
    once (1);
}
