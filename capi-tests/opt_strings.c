/* Text options count the NUL; binary ones do not. */
/* behaviours: 48 */
#include "check.h"

static void *s;

static void show (const char *name, int option, size_t room)
{
    char text[300];
    size_t size = room;
    memset (text, '#', sizeof text);
    errno = 0;
    if (zmq_getsockopt (s, option, text, &size) == -1)
        say ("%s with room for %d: %s", name, (int) room, err_name (errno));
    else {
        printf ("%s with room for %d: length %d ", name, (int) room, (int) size);
        print_frame ((unsigned char *) text, size);
        say ("");
    }
}

#define SHOW(option, room) show (#option, option, room)

static void run (void)
{
    void *ctx = new_context ();
    char long_text[300];
    memset (long_text, 'a', sizeof long_text);
    s = new_socket (ctx, ZMQ_DEALER);
    SHOW (ZMQ_ROUTING_ID, 255);
    SHOW (ZMQ_LAST_ENDPOINT, 255);
    SHOW (ZMQ_LAST_ENDPOINT, 0);
    SHOW (ZMQ_SOCKS_PROXY, 255);
    SHOW (ZMQ_ZAP_DOMAIN, 255);
    SHOW (ZMQ_BINDTODEVICE, 255);

    TRY (zmq_setsockopt (s, ZMQ_ROUTING_ID, "name", 4));
    SHOW (ZMQ_ROUTING_ID, 255);
    SHOW (ZMQ_ROUTING_ID, 4);
    SHOW (ZMQ_ROUTING_ID, 3);
    TRY (zmq_setsockopt (s, ZMQ_ROUTING_ID, "\0\1x", 3));
    SHOW (ZMQ_ROUTING_ID, 255);
    TRY (zmq_setsockopt (s, ZMQ_ROUTING_ID, "", 0));
    TRY (zmq_setsockopt (s, ZMQ_ROUTING_ID, long_text, 255));
    SHOW (ZMQ_ROUTING_ID, 255);
    TRY (zmq_setsockopt (s, ZMQ_ROUTING_ID, long_text, 256));

    TRY (zmq_bind (s, "inproc://here"));
    SHOW (ZMQ_LAST_ENDPOINT, 255);
    SHOW (ZMQ_LAST_ENDPOINT, 14);
    SHOW (ZMQ_LAST_ENDPOINT, 13);

    TRY (zmq_setsockopt (s, ZMQ_SOCKS_PROXY, "", 0));
    TRY (zmq_setsockopt (s, ZMQ_ZAP_DOMAIN, "global", 6));
    SHOW (ZMQ_ZAP_DOMAIN, 255);

    end (ctx, s, NULL);
}
