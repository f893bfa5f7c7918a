/* Two PINGs that come together get a PONG each, with 16 bytes of context at most. */
/* behaviours: 259 */
#include "raw.h"

static void run (void)
{
    static const char greeting[64] = "\xff\0\0\0\0\0\0\0\0\x7f\3\0NULL";
    static const char ready[] = "\4\51\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0\0";
    static const char pings[] = "\4\12\4PING\0\0LOL\4\31\4PING\0\0abcdefghijklmnopqr";
    char bytes[256];
    void *ctx = new_context (), *router = new_socket (ctx, ZMQ_ROUTER);
    bind_fresh (router, "tcp");
    int fd = raw_connect (bound_at);
    MUST (write (fd, greeting, sizeof greeting));
    MUST_BE (raw_read (fd, bytes, 64) == 64);
    MUST (write (fd, ready, sizeof ready - 1));
    MUST_BE (raw_read (fd, bytes, 43) == 43);
    MUST (write (fd, pings, sizeof pings - 1));
    size_t n = raw_read (fd, bytes, 10 + 23);
    print_frame ((unsigned char *) bytes, n);
    putchar ('\n');
    MUST (close (fd));
    end (ctx, router, NULL);
}
