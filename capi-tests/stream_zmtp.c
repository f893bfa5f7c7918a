/* A STREAM plays the listening ZMTP peer of a DEALER by hand: what the DEALER
   says at each step. */
/* behaviours: 201, 301, 304 */
#include "check.h"

static void *stream;
static unsigned char id[16], got[256];
static int id_size;

static void take (int wanted)
{
    for (int have = 0; have < wanted;) {
        id_size = zmq_recv (stream, id, sizeof id, 0);
        MUST (id_size);
        int n = zmq_recv (stream, got + have, sizeof got - (size_t) have, 0);
        MUST (n);
        have += n;
    }
    print_frame (got, (size_t) wanted);
    say ("");
}

static void give (const char *bytes, size_t size)
{
    MUST (zmq_send (stream, id, (size_t) id_size, ZMQ_SNDMORE));
    MUST (zmq_send (stream, bytes, size, 0));
}

static void run (void)
{
    void *ctx = new_context (), *dealer = new_socket (ctx, ZMQ_DEALER);
    stream = new_socket (ctx, ZMQ_STREAM);
    bind_fresh (stream, "tcp");
    set_text (dealer, ZMQ_ROUTING_ID, "me");
    connect_to (dealer, bound_at);
    RECV (stream);
    take (10);
    give ("\xff\0\0\0\0\0\0\0\1\x7f", 10);
    take (1);
    give ("\3", 1);
    take (53);
    give ("\0NULL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 21);
    give ("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32);
    take (45);
    give ("\4\51\5READY\13Socket-Type\0\0\0\6ROUTER\10Identity\0\0\0", 43);
    give ("\0\5hello", 7);
    RECV (dealer);
    SEND (dealer, "world");
    take (7);
    end (ctx, dealer, stream);
}
