/*  peering2 me [peer...]

    Clouds, part 2: the flow of tasks. A broker gives its clients' requests to
    its own workers, and, now and then, to a peer: one request in five, chosen
    at random, as it does not yet know who has workers free. Requests that come
    from a peer are done here and never sent on, or two idle clouds could play
    ball with one.

        peering2 DC1 DC2 &  peering2 DC2 DC1

    both in one directory. Each has 10 clients and 3 workers, threads that use
    REQ sockets and know nothing of clouds. A request's envelope grows by the
    names of those it came through, and the reply follows them back.  */

#include "peering.h"

#define CLIENTS 10
#define WORKERS 3

static void client (void *arg)
{
    cloud *self = arg;
    void *socket = zh_socket (self->ctx, ZMQ_REQ, 0);
    cloud_connect (socket, self->name, "localfe");
    char reply[64];
    while (zh_send (socket, "HELLO") != -1 && zh_recv (socket, reply, sizeof reply) != -1) {
        printf ("Client: %s\n", reply);
        if (zh_sleep (1000))
            break;
    }
    zmq_close (socket);
}

static void worker (void *arg)
{
    cloud *self = arg;
    void *socket = zh_socket (self->ctx, ZMQ_REQ, 0);
    cloud_connect (socket, self->name, "localbe");
    int rc = zh_send (socket, PEERING_READY);
    zh_message task;
    while (rc != -1 && zh_message_recv (&task, socket) != -1) {
        /*  A task of a peer has that peer's name outermost.  */
        char from[64], reply[128];
        zp_text (&task, 0, from, sizeof from);
        int foreign = cloud_is_peer (self, &task.frame[0]);
        printf ("Worker: task of %s\n", foreign ? from : "a local client");
        snprintf (reply, sizeof reply, "OK from %.100s", self->name);
        zp_drop (&task, task.count - 1, 1);
        zp_append (&task, reply);
        rc = zh_message_send (&task, 0, socket);
    }
    zmq_close (socket);
}

/*  One task while a worker is free, peers first; -1 on a stop.  */
static int next_task (cloud *self, int from_peer)
{
    zh_message task;
    if (zh_message_recv (&task, from_peer ? self->cloudfe : self->localfe) == -1)
        return -1;
    if (!from_peer && self->peer_count > 0 && zh_random (5) == 0) {
        int rc = cloud_to_peer (self, &task, (int) zh_random (self->peer_count));
        if (rc != 0)
            return rc;
    }
    return cloud_to_worker (self, &task);
}

static int route (cloud *self)
{
    zmq_pollitem_t backends[] = {{self->localbe, 0, ZMQ_POLLIN, 0},
                                 {self->cloudbe, 0, ZMQ_POLLIN, 0}};
    zmq_pollitem_t frontends[] = {{self->cloudfe, 0, ZMQ_POLLIN, 0},
                                  {self->localfe, 0, ZMQ_POLLIN, 0}};
    for (;;) {
        /*  With workers free look at everything, else only at who frees one.  */
        zmq_pollitem_t items[] = {backends[0], backends[1], frontends[0], frontends[1]};
        if (zh_poll (items, self->idle_count > 0 ? 4 : 2, -1) == -1)
            return -1;
        if (items[0].revents && cloud_from_worker (self) == -1)
            return -1;
        if (items[1].revents && cloud_from_peer (self) == -1)
            return -1;
        for (int n = 2; n < 4 && self->idle_count > 0; n++)
            if (items[n].revents && next_task (self, n == 2) == -1)
                return -1;
    }
}

int main (int argc, char **argv)
{
    cloud_usage (argc, argv);
    void *ctx = zh_begin ();
    static cloud self;
    cloud_open (&self, ctx, argc, argv);
    void *threads[CLIENTS + WORKERS];
    for (int n = 0; n < CLIENTS + WORKERS; n++)
        threads[n] = zmq_threadstart (n < CLIENTS ? client : worker, &self);
    route (&self);
    for (int n = 0; n < CLIENTS + WORKERS; n++)
        zmq_threadclose (threads[n]);
    cloud_close (&self);
    zh_end (ctx);
    return 0;
}
