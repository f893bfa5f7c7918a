/* MAX_SOCKETS bounds the open sockets; a closed one makes room again. */
/* behaviours: 13 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *s[4];
    MUST (zmq_ctx_set (ctx, ZMQ_MAX_SOCKETS, 3));
    for (int i = 0; i < 3; i++)
        TRY_PTR (s[i] = zmq_socket (ctx, ZMQ_PAIR));
    TRY_PTR (zmq_socket (ctx, ZMQ_PAIR));
    TRY_PTR (zmq_socket (ctx, 99));
    MUST (zmq_close (s[2]));
    while ((s[2] = zmq_socket (ctx, ZMQ_PAIR)) == NULL && errno == EMFILE)
        look_again ();
    say ("room after close: %s", s[2] ? "yes" : "no");
    TRY_PTR (zmq_socket (ctx, ZMQ_PAIR));
    MUST (zmq_close (s[2]));
    end (ctx, s[0], s[1]);
}
