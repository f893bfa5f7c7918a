/*  hwserver4 [endpoint [work_ms]]

    hwserver3 with its eyes open: prints every frame that comes in and goes
    out, with its size. Clients that chose a routing id (hwclient3, hwclient4)
    show it as text, the ids a ROUTER makes up are five bytes in hex, the first
    of them zero.

        hwserver4 &  hwclient3; hwclient4; hwclient  */

#include "zparts.h"

static void show (const char *way, zh_message *message)
{
    for (int n = 0; n < message->count; n++) {
        const unsigned char *data = zmq_msg_data (&message->frame[n]);
        size_t size = zmq_msg_size (&message->frame[n]);
        printf ("%s frame %d, %zu bytes: ", way, n + 1, size);
        for (size_t at = 0; at < size; at++)
            printf (data[0] == 0 ? "%02X" : "%c", data[at]);
        putchar ('\n');
    }
}

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5555");
    long work = zh_argn (argc, argv, 2, 1000);

    void *ctx = zh_begin ();
    void *router = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (router, endpoint);
    zh_message message;
    while (zh_message_recv (&message, router) != -1) {
        show ("in ", &message);
        zp_drop (&message, 2, message.count);
        zp_append (&message, "World");
        if (zh_sleep (work)) {
            zh_message_close (&message);
            break;
        }
        show ("out", &message);
        if (zh_message_send (&message, 0, router) == -1)
            break;
    }
    zmq_close (router);
    zh_end (ctx);
    return 0;
}
