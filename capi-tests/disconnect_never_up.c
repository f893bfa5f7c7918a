/* An endpoint can be disconnected though it never answered. */
/* behaviours: 97 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_DEALER);
    connect_to (s, "tcp://127.0.0.1:9");
    connect_to (s, "ipc:///tmp/capi-nobody-listens-here.sock");
    connect_to (s, "inproc://nobody");
    TRY (zmq_disconnect (s, "tcp://127.0.0.1:9"));
    TRY (zmq_disconnect (s, "ipc:///tmp/capi-nobody-listens-here.sock"));
    TRY (zmq_disconnect (s, "inproc://nobody"));
    TRY (zmq_disconnect (s, "tcp://127.0.0.1:9"));
    TRY (zmq_disconnect (s, "inproc://nobody"));
    TRY (zmq_send (s, "x", 1, ZMQ_DONTWAIT));
    end (ctx, s, NULL);
}
