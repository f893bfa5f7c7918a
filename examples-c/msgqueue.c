/*  msgqueue [frontend [backend]]
    The request-reply broker as a device: zmq_proxy between ROUTER and DEALER.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *frontend_endpoint = zh_arg (argc, argv, 1, "tcp://*:5559");
    const char *backend_endpoint = zh_arg (argc, argv, 2, "tcp://*:5560");

    void *ctx = zh_begin ();
    void *frontend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (frontend, frontend_endpoint);
    void *backend = zh_socket (ctx, ZMQ_DEALER, 0);
    zh_bind (backend, backend_endpoint);

    zh_proxy (frontend, backend);

    zmq_close (backend);
    zmq_close (frontend);
    zh_end (ctx);
    return 0;
}
