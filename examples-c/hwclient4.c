/*  hwclient4 [endpoint [count [routing_id]]]

    Hello world with a DEALER that says who it is (ZMQ) and does not wait: all
    requests go out first, then the replies come in, in the order of the
    requests as there is one server. That is what a DEALER is for; a REQ must
    read each reply before it may ask again.

        hwserver4 &  hwclient4

    The delimiter of a REQ goes before each request by hand, see hwclient2.  */

#include "zparts.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5555");
    long count = zh_argn (argc, argv, 2, 10);
    const char *id = zh_arg (argc, argv, 3, "ZMQ");

    void *ctx = zh_begin ();
    void *dealer = zh_socket (ctx, ZMQ_DEALER, 0);
    if (zmq_setsockopt (dealer, ZMQ_ROUTING_ID, id, strlen (id)) != 0)
        zh_fail ("ZMQ_ROUTING_ID");
    zh_connect (dealer, endpoint);
    long sent = 0, answered = 0;
    while (sent < count && zh_send_more (dealer, "") != -1 && zh_send (dealer, "Hello") != -1)
        sent++;
    printf ("Sent %ld requests\n", sent);
    zh_message reply;
    while (answered < sent && zh_message_recv (&reply, dealer) != -1) {
        char text[64];
        printf ("Received %s %ld\n", zp_text (&reply, 1, text, sizeof text), answered++);
        zh_message_close (&reply);
    }
    zmq_close (dealer);
    zh_end (ctx);
    return answered == count ? 0 : 1;
}
