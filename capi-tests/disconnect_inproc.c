/* inproc disconnect ends this socket's pipes only, and may be followed by a
   new connect. */
/* behaviours: 92 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB);
    void *one = new_socket (ctx, ZMQ_SUB), *two = new_socket (ctx, ZMQ_SUB);
    set_int (pub, ZMQ_XPUB_VERBOSE, 1);
    MUST (zmq_bind (pub, "inproc://x"));
    set_text (one, ZMQ_SUBSCRIBE, "");
    set_text (two, ZMQ_SUBSCRIBE, "");
    connect_to (one, "inproc://x");
    connect_to (two, "inproc://x");
    RECV (pub);
    RECV (pub);
    SEND (pub, "to both");
    RECV (one);
    RECV (two);
    TRY (zmq_disconnect (one, "inproc://x"));
    SEND (pub, "to two");
    RECV (two);
    RECV_NOW (one);
    TRY (zmq_disconnect (one, "inproc://x"));
    connect_to (one, "inproc://x");
    RECV (pub);
    SEND (pub, "to both again");
    RECV (two);
    RECV (one);
    MUST (zmq_close (pub));
    end (ctx, one, two);
}
