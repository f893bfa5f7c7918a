/* Every option number with odd bytes and lengths: no crash, and a usable
   socket afterwards. */
/* behaviours: 64 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    uint32_t seed = 12345;
    for (int type = ZMQ_PAIR; type <= ZMQ_XSUB; type++)
        for (int option = -2; option < 130; option++) {
            unsigned char bytes[260];
            void *s;
            /* Closed sockets give back their places in the background. */
            while ((s = zmq_socket (ctx, type)) == NULL && errno == EMFILE)
                look_again ();
            for (size_t length = 0; length < sizeof bytes; length += 1 + length / 2) {
                for (size_t i = 0; i < length; i++) {
                    seed = seed * 1664525u + 1013904223u;
                    bytes[i] = (unsigned char) (seed >> 24);
                }
                zmq_setsockopt (s, option, bytes, length);
                size_t room = length;
                zmq_getsockopt (s, option, bytes, &room);
            }
            set_int (s, ZMQ_LINGER, 0);
            MUST (zmq_close (s));
        }
    void *a, *b;
    new_link (ctx, "inproc", ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    SEND (a, "alive");
    RECV (b);
    end (ctx, a, b);
}
