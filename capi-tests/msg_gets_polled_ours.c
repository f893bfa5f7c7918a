/* A message that a poll has found carries its metadata all the same; 4.3.4
   loses that of the id in front. */
/* behaviours: 285 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context (), *router, *dealer;
    new_link (ctx, "tcp", ZMQ_ROUTER, &router, ZMQ_DEALER, &dealer);
    SEND (dealer, "hello");
    zmq_pollitem_t item = {router, 0, ZMQ_POLLIN, 0};
    TRY (zmq_poll (&item, 1, PATIENCE_MS));
    wait_events (router, ZMQ_POLLIN);
    for (int i = 0; i < 2; i++) {
        zmq_msg_t msg;
        MUST (zmq_msg_init (&msg));
        MUST (zmq_msg_recv (&msg, router, 0));
        say ("%s from %s", zmq_msg_gets (&msg, "Socket-Type"), zmq_msg_gets (&msg, "Peer-Address"));
        MUST (zmq_msg_close (&msg));
    }
    end (ctx, router, dealer);
}
