/*  rrbroker [frontend [backend]]
    ROUTER for clients, DEALER for workers: passes requests and replies on by
    hand, with zmq_poll. msgqueue is the same in one call.  */

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

    zmq_pollitem_t items[] = {{frontend, 0, ZMQ_POLLIN, 0}, {backend, 0, ZMQ_POLLIN, 0}};
    while (zh_poll (items, 2, -1) != -1) {
        if (items[0].revents & ZMQ_POLLIN && zh_forward (frontend, backend) == -1)
            break;
        if (items[1].revents & ZMQ_POLLIN && zh_forward (backend, frontend) == -1)
            break;
    }
    zmq_close (backend);
    zmq_close (frontend);
    zh_end (ctx);
    return 0;
}
