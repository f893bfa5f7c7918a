/*  lbbroker2 [clients [workers [frontend [backend]]]]

    The load balancing broker of lbbroker once more, on whole messages in the
    place of single frames: a message is received, its envelope taken off or
    put on with the functions of zparts.h, and it is sent on. What is left of
    the broker is one poll loop.

        lbbroker2                10 clients, 3 workers, all threads of this process
        lbbroker2 100 5

    It ends when every client has its reply. Compare with lbbroker3.  */

#include "lbtasks.h"

int main (int argc, char **argv)
{
    static lb_broker broker;
    lb_start (&broker, zh_begin (), argc, argv);
    zmq_pollitem_t items[] = {{broker.backend, 0, ZMQ_POLLIN, 0},
                              {broker.frontend, 0, ZMQ_POLLIN, 0}};
    for (;;) {
        /*  Without a free worker nobody looks at the clients' requests.  */
        int polled = broker.idle_count > 0 ? 2 : 1;
        if (zh_poll (items, polled, -1) == -1)
            break;
        if (items[0].revents & ZMQ_POLLIN && lb_from_worker (&broker) == -1)
            break;
        if (polled == 2 && items[1].revents & ZMQ_POLLIN && lb_from_client (&broker) == -1)
            break;
    }
    return lb_end (&broker);
}
