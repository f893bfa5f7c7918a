/* Topics around the lengths where the frame's length field grows; 4.3.4 loses
   those of 246 bytes and more on a wire. */
/* behaviours: 178 */
#include "check.h"

static void once (const char *transport)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_XPUB), *sub = new_socket (ctx, ZMQ_SUB);
    char topic[1000];
    static const size_t sizes[] = {244, 245, 246, 247, 253, 254, 255, 256, 1000};
    memset (topic, 't', sizeof topic);
    bind_fresh (pub, transport);
    connect_to (sub, bound_at);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        MUST (zmq_setsockopt (sub, ZMQ_SUBSCRIBE, topic, sizes[i]));
        RECV (pub);
        MUST (zmq_send (pub, topic, sizes[i], 0));
        RECV (sub);
        MUST (zmq_setsockopt (sub, ZMQ_UNSUBSCRIBE, topic, sizes[i]));
        RECV (pub);
    }
    end (ctx, pub, sub);
}

static void run (void)
{
    each_transport (once);
}
