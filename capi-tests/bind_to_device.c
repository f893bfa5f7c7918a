/* BINDTODEVICE: kept without a NUL, and both ends on the loopback interface
   meet, where the system allows the option. */
/* behaviours: 51, 140 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_PAIR), *b = new_socket (ctx, ZMQ_PAIR);
    char text[32];
    size_t size = sizeof text;
    TRY (zmq_getsockopt (a, ZMQ_BINDTODEVICE, text, &size));
    say ("%d bytes", (int) size);
    TRY (zmq_setsockopt (a, ZMQ_BINDTODEVICE, "lo", 2));
    TRY (zmq_setsockopt (b, ZMQ_BINDTODEVICE, "lo and no more", 2));
    size = sizeof text;
    TRY (zmq_getsockopt (b, ZMQ_BINDTODEVICE, text, &size));
    say ("%d bytes: %s", (int) size, text);
    if (zmq_bind (a, "tcp://127.0.0.1:*") == -1) {
        MUST_BE (errno == EPERM);
        say ("[there]");
        say ("[back]");
    } else {
        connect_to (b, last_endpoint (a));
        SEND (b, "there");
        MUST_BE (text_equals (a, "there"));
        say ("[there]");
        SEND (a, "back");
        MUST_BE (text_equals (b, "back"));
        say ("[back]");
    }
    end (ctx, a, b);
}
