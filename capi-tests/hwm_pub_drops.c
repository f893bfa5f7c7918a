/* A PUB whose subscriber is full drops at exactly the sum of the marks, and
   never refuses. */
/* behaviours: 174, 309 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_PUB), *sub = new_socket (ctx, ZMQ_SUB);
    int refused = 0;
    set_int (pub, ZMQ_SNDHWM, 10);
    set_int (sub, ZMQ_RCVHWM, 20);
    MUST (zmq_setsockopt (sub, ZMQ_SUBSCRIBE, "", 0));
    bind_fresh (pub, "inproc");
    connect_to (sub, bound_at);
    sync_pubsub (pub, sub);
    for (int i = 0; i < 1000; i++)
        refused += zmq_send (pub, &i, sizeof i, ZMQ_DONTWAIT) != sizeof i;
    say ("refused %d", refused);
    int got, last = -1, count = 0, in_order = 1;
    while (zmq_recv (sub, &got, sizeof got, ZMQ_DONTWAIT) == sizeof got) {
        in_order &= got == last + 1;
        last = got;
        count++;
    }
    say ("received between 20 and 31: %s, in order from the first: %s",
         count >= 20 && count <= 31 ? "yes" : "no", in_order ? "yes" : "no");
    /* The publisher looks for news from its peers only now and then. */
    char text[16];
    set_int (sub, ZMQ_RCVTIMEO, 20);
    do
        SEND (pub, "again");
    while (recv_text (sub, text, sizeof text, 0) == -1);
    say ("then %s", text);
    end (ctx, pub, sub);
}
