/*  hwserver3 [endpoint [work_ms]]

    Hello world server with a ROUTER in the place of the REP. The program sees
    the envelope that a REP hides: the client's routing id, the empty delimiter
    and then the request. It sends the first two back before the reply; the
    ROUTER takes the id off and uses it to find the client.

        hwserver3 &  hwclient2

    A message without delimiter is not from a REQ and is thrown away.  */

#include "zparts.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5555");
    long work = zh_argn (argc, argv, 2, 1000);

    void *ctx = zh_begin ();
    void *router = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (router, endpoint);
    zh_message message;
    while (zh_message_recv (&message, router) != -1) {
        if (message.count != 3 || !zh_frame_is (&message, 1, "")) {
            puts ("Discarded a message without delimiter");
            zh_message_close (&message);
            continue;
        }
        char text[64];
        printf ("Received %s\n", zp_text (&message, 2, text, sizeof text));
        /*  The envelope stays, the content becomes the reply.  */
        zp_drop (&message, 2, 1);
        zp_append (&message, "World");
        if (zh_sleep (work)) {
            zh_message_close (&message);
            break;
        }
        if (zh_message_send (&message, 0, router) == -1)
            break;
    }
    zmq_close (router);
    zh_end (ctx);
    return 0;
}
