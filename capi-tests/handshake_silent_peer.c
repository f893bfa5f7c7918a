/* A peer that connects and says nothing is let go after HANDSHAKE_IVL; one that
   talks nonsense too. */
/* hostile: 1 */
/* behaviours: 210 */
#include "raw.h"

static void once (const char *bytes, size_t size)
{
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_ROUTER);
    char rest[256];
    set_int (s, ZMQ_HANDSHAKE_IVL, 100);
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_ALL & ~ZMQ_EVENT_LISTENING);
    bind_fresh (s, "tcp");
    int fd = raw_connect (bound_at);
    if (size)
        MUST (write (fd, bytes, size));
    wait_event (monitor, ZMQ_EVENT_DISCONNECTED);
    while (read (fd, rest, sizeof rest) > 0)
        ;
    say ("connection ended");
    close (fd);

    /* The socket still serves proper peers. */
    void *dealer = new_socket (ctx, ZMQ_DEALER);
    set_int (dealer, ZMQ_LINGER, 0);
    connect_to (dealer, bound_at);
    SEND (dealer, "proper");
    RECV (s);
    MUST (zmq_close (monitor));
    end (ctx, s, dealer);
}

static void run (void)
{
    once ("", 0);
    once ("\xff", 1);
    once ("\xff\0\0\0\0\0\0\0\1\x7f\3\1NOPE", 16);
    once ("\xff\0\0\0\0\0\0\0\1\x7f\3\1NULL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
          "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\4\7\5HELLO", 71);
}
