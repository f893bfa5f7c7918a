/*  spqueue [frontend [backend]]
    Simple pirate queue: the load balancing broker between lpclients and
    spworkers. A worker that dies simply never says again that it is free.  */

#include "zhelp.h"

#define MOST_WORKERS 256
#define READY "\001"

/*  [worker id][empty] and READY, or and [client id][empty][reply].  */
static int from_worker (void *frontend, void *backend, zh_id *idle, int *idle_count)
{
    zh_message message;
    if (zh_message_recv (&message, backend) == -1)
        return -1;
    if (*idle_count < MOST_WORKERS)
        zh_id_of (&idle[(*idle_count)++], &message.frame[0]);
    if (zh_frame_is (&message, 2, READY)) {
        zh_message_close (&message);
        return 0;
    }
    return zh_message_send (&message, 2, frontend);
}

static int from_client (void *frontend, void *backend, zh_id *idle, int *idle_count)
{
    zh_message message;
    if (zh_message_recv (&message, frontend) == -1)
        return -1;
    if (zh_id_send (&idle[0], backend) == -1 || zh_send_more (backend, "") == -1) {
        zh_message_close (&message);
        return -1;
    }
    memmove (idle, idle + 1, (size_t) --*idle_count * sizeof idle[0]);
    return zh_message_send (&message, 0, backend);
}

int main (int argc, char **argv)
{
    const char *frontend_endpoint = zh_arg (argc, argv, 1, "tcp://*:5555");
    const char *backend_endpoint = zh_arg (argc, argv, 2, "tcp://*:5556");

    void *ctx = zh_begin ();
    void *frontend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (frontend, frontend_endpoint);
    void *backend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (backend, backend_endpoint);

    static zh_id idle[MOST_WORKERS];
    int idle_count = 0;
    zmq_pollitem_t items[] = {{backend, 0, ZMQ_POLLIN, 0}, {frontend, 0, ZMQ_POLLIN, 0}};
    for (;;) {
        int polled = idle_count > 0 ? 2 : 1;
        if (zh_poll (items, polled, -1) == -1)
            break;
        if (items[0].revents & ZMQ_POLLIN
            && from_worker (frontend, backend, idle, &idle_count) == -1)
            break;
        if (polled == 2 && items[1].revents & ZMQ_POLLIN
            && from_client (frontend, backend, idle, &idle_count) == -1)
            break;
    }
    zmq_close (backend);
    zmq_close (frontend);
    zh_end (ctx);
    return 0;
}
