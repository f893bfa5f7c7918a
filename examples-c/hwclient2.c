/*  hwclient2 [endpoint [count]]

    Hello world with a DEALER in the place of the REQ. A REQ puts an empty
    frame, the delimiter, before what it sends and takes it off what it
    receives; a DEALER does neither, so this program does both by hand, and a
    REP or ROUTER server cannot tell the difference.

        hwserver2 &  hwclient2          or  hwserver3 &  hwclient2

    A reply without the delimiter is not an answer to us: it is thrown away.  */

#include "zparts.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5555");
    long count = zh_argn (argc, argv, 2, 10);

    void *ctx = zh_begin ();
    void *dealer = zh_socket (ctx, ZMQ_DEALER, 0);
    zh_connect (dealer, endpoint);
    long answered = 0;
    while (answered < count) {
        printf ("Sending Hello %ld\n", answered);
        zh_message reply;
        if (zh_send_more (dealer, "") == -1 || zh_send (dealer, "Hello") == -1
            || zh_message_recv (&reply, dealer) == -1)
            break;
        char text[64];
        if (zh_frame_is (&reply, 0, ""))
            printf ("Received %s %ld\n", zp_text (&reply, 1, text, sizeof text), answered++);
        else
            puts ("Discarded a reply without delimiter");
        zh_message_close (&reply);
    }
    zmq_close (dealer);
    zh_end (ctx);
    return answered == count ? 0 : 1;
}
