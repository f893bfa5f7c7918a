/*  wuproxy [upstream [downstream]]
    Weather forwarder between two networks: XSUB connects to the publisher,
    XPUB serves subscribers, subscriptions travel the other way.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *upstream = zh_arg (argc, argv, 1, "tcp://localhost:5556");
    const char *downstream = zh_arg (argc, argv, 2, "tcp://*:8100");

    void *ctx = zh_begin ();
    void *frontend = zh_socket (ctx, ZMQ_XSUB, 0);
    zh_connect (frontend, upstream);
    void *backend = zh_socket (ctx, ZMQ_XPUB, 0);
    zh_bind (backend, downstream);

    zh_proxy (frontend, backend);

    zmq_close (backend);
    zmq_close (frontend);
    zh_end (ctx);
    return 0;
}
