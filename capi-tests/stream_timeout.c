/* A STREAM says nothing by itself: the ZMTP end gives up after HANDSHAKE_IVL,
   whoever connected. */
/* behaviours: 210 */
/* hostile: 1 */
#include "check.h"

static void once (int stream_binds)
{
    void *ctx = new_context ();
    void *stream = new_socket (ctx, ZMQ_STREAM), *dealer = new_socket (ctx, ZMQ_DEALER);
    say ("the %s binds", stream_binds ? "STREAM" : "DEALER");
    TRY_SET (dealer, ZMQ_HANDSHAKE_IVL, 100);
    TRY_GET (dealer, ZMQ_HANDSHAKE_IVL);
    set_int (dealer, ZMQ_RECONNECT_IVL, -1);
    void *monitor = new_monitor (ctx, dealer,
                                 ZMQ_EVENT_CONNECTED | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED
                                     | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL);
    bind_fresh (stream_binds ? stream : dealer, "tcp");
    connect_to (stream_binds ? dealer : stream, bound_at);
    for (int i = 0; i < 3; i++)
        say_event (monitor);
    MUST (zmq_close (monitor));
    end (ctx, stream, dealer);
}

static void run (void)
{
    once (0);
    once (1);
}
