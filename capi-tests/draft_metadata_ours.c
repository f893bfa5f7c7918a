/* METADATA of both ends, plain and as Z85, read on what comes from there. */
/* behaviours: 281, 283, 284, 304 */
#define ZMQ_BUILD_DRAFT_API
#include "check.h"

static void show (zmq_msg_t *msg, const char *name)
{
    errno = 0;
    const char *value = zmq_msg_gets (msg, name);
    say ("%s: %s", name, value ? value : err_name (errno));
}

static void read_one (void *s)
{
    zmq_msg_t msg;
    uint8_t raw[8];
    MUST (zmq_msg_init (&msg));
    MUST (zmq_msg_recv (&msg, s, 0));
    show (&msg, "X-hello");
    show (&msg, "X-there");
    show (&msg, "X-foobar");
    show (&msg, "hello");
    const char *text = zmq_msg_gets (&msg, "X-bytes");
    if (text && zmq_z85_decode (raw, text))
        say ("X-bytes: %02x%02x..%02x", raw[0], raw[1], raw[7]);
    MUST (zmq_msg_close (&msg));
}

static void run (void)
{
    static const uint8_t bytes[] = {0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b};
    char text[64] = "X-bytes:";
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_DEALER), *b = new_socket (ctx, ZMQ_DEALER);
    zmq_z85_encode (text + 8, bytes, 8);
    set_text (a, ZMQ_METADATA, "X-hello:from the bound end");
    set_text (b, ZMQ_METADATA, "X-hello:from the other end");
    set_text (b, ZMQ_METADATA, "X-there:more");
    set_text (b, ZMQ_METADATA, text);
    bind_fresh (a, "tcp");
    connect_to (b, bound_at);
    SEND (b, "x");
    read_one (a);
    SEND (a, "y");
    read_one (b);
    end (ctx, a, b);
}
