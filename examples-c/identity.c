/*  identity: what a ROUTER puts in front of a request, for a peer without and
    for a peer with a routing id of its own.  */

#include "zhelp.h"

int main (void)
{
    void *ctx = zh_begin ();
    void *sink = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (sink, "inproc://example");

    void *anonymous = zh_socket (ctx, ZMQ_REQ, 0);
    zh_connect (anonymous, "inproc://example");
    zh_send (anonymous, "The ROUTER made up a routing id");
    zh_dump (sink);

    void *named = zh_socket (ctx, ZMQ_REQ, 0);
    zmq_setsockopt (named, ZMQ_ROUTING_ID, "PEER2", 5);
    zh_connect (named, "inproc://example");
    zh_send (named, "The ROUTER uses the routing id of the peer");
    zh_dump (sink);

    zmq_close (named);
    zmq_close (anonymous);
    zmq_close (sink);
    zh_end (ctx);
    return 0;
}
