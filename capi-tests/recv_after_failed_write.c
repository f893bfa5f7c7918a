/* What a peer sent before it went is received, although writing to it has
   failed in the meantime. */
/* behaviours: 307 */
#include "raw.h"

static void once (void)
{
    static const char greeting[64] = "\xff\0\0\0\0\0\0\0\0\x7f\3\0NULL";
    static const char ready[] = "\4\51\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0\0";
    static char body[10000];
    char bytes[256], frames[300];
    int right = 0;
    void *ctx = new_context (), *dealer = new_socket (ctx, ZMQ_DEALER);
    set_int (dealer, ZMQ_RCVHWM, 1);
    bind_fresh (dealer, "tcp");
    int fd = raw_connect (bound_at);
    MUST (write (fd, greeting, sizeof greeting));
    MUST_BE (raw_read (fd, bytes, 64) == 64);
    MUST (write (fd, ready, sizeof ready - 1));
    MUST_BE (raw_read (fd, bytes, 43) == 43);
    for (int i = 0; i < 100; i++)
        memcpy (frames + 3 * i, ((char[]) {0, 1, (char) i}), 3);
    MUST (write (fd, frames, sizeof frames));
    MUST (close (fd));
    for (int i = 0; i < 100; i++) {
        char byte = -1;
        MUST (zmq_recv (dealer, &byte, 1, 0));
        right += byte == i;
        /* Nobody is left to take these. */
        if (i < 10)
            zmq_send (dealer, body, sizeof body, ZMQ_DONTWAIT);
    }
    say ("right %d", right);
    end (ctx, dealer, NULL);
}

static void run (void)
{
    for (int i = 0; i < 10; i++)
        once ();
}
