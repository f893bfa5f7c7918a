/*  lbbroker3 [clients [workers [frontend [backend]]]]

    The load balancing broker as event handlers on a reactor (reactor.h): one
    function per socket, no loop to be seen. The queue's one rule, look at the
    clients only while a worker is free, becomes adding and removing the
    frontend's handler.

        lbbroker3                10 clients, 3 workers, all threads of this process
        lbbroker3 100 5

    It ends when every client has its reply. Compare with lbbroker2.  */

#include "lbtasks.h"
#include "reactor.h"

static int on_client (reactor *loop, void *frontend, void *arg)
{
    lb_broker *broker = arg;
    int rc = lb_from_client (broker);
    if (broker->idle_count == 0)
        reactor_forget (loop, frontend);
    return rc;
}

static int on_worker (reactor *loop, void *backend, void *arg)
{
    (void) backend;
    lb_broker *broker = arg;
    if (broker->idle_count == 0)
        reactor_reader (loop, broker->frontend, on_client, broker);
    return lb_from_worker (broker);
}

int main (int argc, char **argv)
{
    static lb_broker broker;
    lb_start (&broker, zh_begin (), argc, argv);
    reactor loop;
    reactor_init (&loop);
    reactor_reader (&loop, broker.backend, on_worker, &broker);
    reactor_run (&loop);
    return lb_end (&broker);
}
