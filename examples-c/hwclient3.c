/*  hwclient3 [endpoint [count [routing_id]]]

    Hello world with a REQ that says who it is: its routing id (ZMQ) is the
    first frame a ROUTER server sees, instead of five bytes the ROUTER would
    make up. Two clients with the same id at one server are a mistake: the
    second is refused.

        hwserver4 &  hwclient3          shows the id among the server's frames  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5555");
    long count = zh_argn (argc, argv, 2, 10);
    const char *id = zh_arg (argc, argv, 3, "ZMQ");

    void *ctx = zh_begin ();
    void *req = zh_socket (ctx, ZMQ_REQ, 0);
    /*  Counts for connections made from now on.  */
    if (zmq_setsockopt (req, ZMQ_ROUTING_ID, id, strlen (id)) != 0)
        zh_fail ("ZMQ_ROUTING_ID");
    zh_connect (req, endpoint);
    long answered = 0;
    char reply[64];
    while (answered < count && zh_send (req, "Hello") != -1
           && zh_recv (req, reply, sizeof reply) != -1)
        printf ("Received %s %ld\n", reply, answered++);
    zmq_close (req);
    zh_end (ctx);
    return answered == count ? 0 : 1;
}
