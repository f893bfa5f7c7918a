/* As conflate_multipart, over connections: whoever reads never meets a frame that is not the last
   one of its message, and the newest comes. 4.3.4 shows others when it is read at the wrong moment. */
/* behaviours: 78 */
#include "check.h"

static void once (const char *transport, int to, int from, int in_conflates, int out_conflates)
{
    enum { MANY = 3000 };
    void *ctx = new_context (), *out = new_socket (ctx, from), *in = new_socket (ctx, to);
    int got = -1, rising = 1, others = 0, first = 7;
    set_int (in, ZMQ_CONFLATE, in_conflates);
    set_int (out, ZMQ_CONFLATE, out_conflates);
    bind_fresh (out, transport);
    connect_to (in, bound_at);
    for (int i = 0; i <= MANY; i++) {
        MUST (zmq_send (out, &first, i % 2, ZMQ_SNDMORE));
        MUST (zmq_send (out, &i, sizeof i, 0));
        /* Now and then in the middle of what comes. */
        for (int n = 0; i % 7 == 0 || i == MANY; n++) {
            int now = 0, length = zmq_recv (in, &now, sizeof now, i < MANY ? ZMQ_DONTWAIT : 0);
            if (length == -1)
                break;
            others += length != sizeof now || get_int (in, ZMQ_RCVMORE);
            rising &= now > got;
            got = now;
            if (got == MANY)
                break;
        }
    }
    say ("the newest came: %s, values only rose: %s, other frames: %d", got == MANY ? "yes" : "no",
         rising ? "yes" : "no", others);
    end (ctx, out, in);
}

static void run (void)
{
    static const char *const transports[] = {"tcp", "ipc", "inproc"};
    for (int t = 0; t < 3; t++)
        for (int ends = 1; ends < 4; ends++) {
            say ("-- %s%s%s", transports[t], ends & 1 ? ", the receiver conflates" : "",
                 ends & 2 ? ", the sender conflates" : "");
            once (transports[t], ZMQ_PULL, ZMQ_PUSH, ends & 1, ends >> 1);
            once (transports[t], ZMQ_DEALER, ZMQ_DEALER, ends & 1, ends >> 1);
        }
}
