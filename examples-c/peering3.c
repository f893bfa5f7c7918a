/*  peering3 me [peer...]

    Clouds, part 3: state and tasks together. Brokers publish how many workers
    they have free whenever that changes, as in peering1, and a broker without
    a free worker sends its clients' tasks to a peer that has some, as in
    peering2 but knowingly. Clients issue bursts of up to 15 tasks, so that one
    cloud is overloaded while another is idle, and report what was done to
    their broker over a third flow, PUSH to PULL; the broker prints it.

        peering3 DC1 DC2 DC3 &  peering3 DC2 DC1 DC3 &  peering3 DC3 DC1 DC2

    all in one directory. Each has 10 clients and 5 workers. A client that gets
    no reply for ten seconds says so and ends.  */

#include "peering.h"

#define CLIENTS 10
#define WORKERS 5

typedef struct {
    cloud cloud;
    void *statebe, *statefe; /*  PUB and SUB: free workers  */
    void *monitor;           /*  PULL: what the clients report  */
    long available[PEERING_MOST]; /*  of each peer, as last heard  */
} broker;

/*  One task and its reply: 0, or -1 when there is no use in going on.  */
static int issue (void *socket, void *monitor)
{
    char id[16], reply[64], report[128];
    snprintf (id, sizeof id, "%04lX", zh_random (0x10000));
    zmq_pollitem_t items[] = {{socket, 0, ZMQ_POLLIN, 0}};
    if (zh_send (socket, id) == -1)
        return -1;
    int ready = zh_poll (items, 1, 10000);
    if (ready == 0) {
        snprintf (report, sizeof report, "E: client ends, lost task %s", id);
        zh_send (monitor, report);
    }
    if (ready < 1 || zh_recv (socket, reply, sizeof reply) == -1)
        return -1;
    /*  The reply is the task's id and who did it.  */
    int matches = strncmp (reply, id, 4) == 0;
    snprintf (report, sizeof report, "%s %s", matches ? "done" : "E: wrong reply", reply);
    return zh_send (monitor, report);
}

static void client (void *arg)
{
    broker *self = arg;
    void *socket = zh_socket (self->cloud.ctx, ZMQ_REQ, 0);
    cloud_connect (socket, self->cloud.name, "localfe");
    void *monitor = zh_socket (self->cloud.ctx, ZMQ_PUSH, 0);
    cloud_connect (monitor, self->cloud.name, "monitor");
    int rc = 0;
    while (rc != -1 && !zh_sleep (zh_random (3000)))
        for (long burst = zh_random (15); burst > 0 && rc != -1; burst--)
            rc = issue (socket, monitor);
    zmq_close (monitor);
    zmq_close (socket);
}

static void worker (void *arg)
{
    broker *self = arg;
    void *socket = zh_socket (self->cloud.ctx, ZMQ_REQ, 0);
    cloud_connect (socket, self->cloud.name, "localbe");
    int rc = zh_send (socket, PEERING_READY);
    zh_message task;
    while (rc != -1 && zh_message_recv (&task, socket) != -1) {
        char id[16], reply[64];
        zp_text (&task, task.count - 1, id, sizeof id);
        snprintf (reply, sizeof reply, "%s by %.32s", id, self->cloud.name);
        zp_drop (&task, task.count - 1, 1);
        zp_append (&task, reply);
        zh_sleep (zh_random (300));
        rc = zh_message_send (&task, 0, socket);
    }
    zmq_close (socket);
}

static int hear_state (broker *self)
{
    char name[64], available[16];
    if (zh_recv (self->statefe, name, sizeof name) == -1
        || zh_recv (self->statefe, available, sizeof available) == -1)
        return -1;
    for (int n = 0; n < self->cloud.peer_count; n++)
        if (strcmp (self->cloud.peers[n], name) == 0)
            self->available[n] = atol (available);
    return 0;
}

static int hear_client (broker *self)
{
    char report[128];
    int rc = zh_recv (self->monitor, report, sizeof report);
    if (rc != -1)
        puts (report);
    return rc;
}

/*  A peer said to have workers free, any of them; -1 if there is none.  */
static int free_peer (broker *self)
{
    int count = self->cloud.peer_count;
    int first = count > 0 ? (int) zh_random (count) : 0;
    for (int n = 0; n < count; n++)
        if (self->available[(first + n) % count] > 0)
            return (first + n) % count;
    return -1;
}

/*  Tasks until nobody has a worker free. Those of peers are done here only.  */
static int distribute (broker *self)
{
    cloud *own = &self->cloud;
    for (;;) {
        int peer = own->idle_count > 0 ? -1 : free_peer (self);
        if (own->idle_count == 0 && peer == -1)
            return 0;
        zmq_pollitem_t items[] = {{own->localfe, 0, ZMQ_POLLIN, 0},
                                  {own->cloudfe, 0, ZMQ_POLLIN, 0}};
        int ready = zh_poll (items, own->idle_count > 0 ? 2 : 1, 0);
        if (ready < 1)
            return ready;
        zh_message task;
        if (zh_message_recv (&task, items[1].revents ? own->cloudfe : own->localfe) == -1)
            return -1;
        int rc = 0;
        while (peer != -1 && (rc = cloud_to_peer (own, &task, peer)) == 0) {
            self->available[peer] = 0;
            peer = free_peer (self);
        }
        if (rc == 1)
            self->available[peer]--;
        else if (rc == 0 && own->idle_count > 0)
            rc = cloud_to_worker (own, &task);
        else {
            /*  Every peer has just gone: the client will complain.  */
            zh_message_close (&task);
        }
        if (rc == -1)
            return -1;
    }
}

static int publish (broker *self)
{
    char available[16];
    snprintf (available, sizeof available, "%d", self->cloud.idle_count);
    return zh_send_more (self->statebe, self->cloud.name) == -1 ? -1
         : zh_send (self->statebe, available);
}

static int run (broker *self)
{
    cloud *own = &self->cloud;
    int published = 0;
    int64_t next = zh_clock () + 1000;
    for (;;) {
        int someone = own->idle_count > 0 || free_peer (self) != -1;
        zmq_pollitem_t items[] = {{own->localbe, 0, ZMQ_POLLIN, 0},
                                  {own->cloudbe, 0, ZMQ_POLLIN, 0},
                                  {self->statefe, 0, ZMQ_POLLIN, 0},
                                  {self->monitor, 0, ZMQ_POLLIN, 0},
                                  {own->localfe, 0, ZMQ_POLLIN, 0},
                                  {own->cloudfe, 0, ZMQ_POLLIN, 0}};
        int polled = own->idle_count > 0 ? 6 : someone ? 5 : 4;
        int64_t wait = next - zh_clock ();
        if (zh_poll (items, polled, wait > 0 ? (long) wait : 0) == -1)
            return -1;
        if ((items[0].revents && cloud_from_worker (own) == -1)
            || (items[1].revents && cloud_from_peer (own) == -1)
            || (items[2].revents && hear_state (self) == -1)
            || (items[3].revents && hear_client (self) == -1)
            || distribute (self) == -1)
            return -1;
        /*  Peers that joined late hear of us at the next change, or in a second.  */
        if (own->idle_count != published || zh_clock () >= next) {
            published = own->idle_count;
            next = zh_clock () + 1000;
            if (publish (self) == -1)
                return -1;
        }
    }
}

int main (int argc, char **argv)
{
    cloud_usage (argc, argv);
    void *ctx = zh_begin ();
    static broker self;
    cloud_open (&self.cloud, ctx, argc, argv);
    self.statebe = zh_socket (ctx, ZMQ_PUB, 0);
    cloud_bind (self.statebe, self.cloud.name, "state");
    self.statefe = zh_socket (ctx, ZMQ_SUB, 0);
    zh_subscribe (self.statefe, "");
    for (int n = 0; n < self.cloud.peer_count; n++)
        cloud_connect (self.statefe, self.cloud.peers[n], "state");
    self.monitor = zh_socket (ctx, ZMQ_PULL, 0);
    cloud_bind (self.monitor, self.cloud.name, "monitor");

    void *threads[CLIENTS + WORKERS];
    for (int n = 0; n < CLIENTS + WORKERS; n++)
        threads[n] = zmq_threadstart (n < CLIENTS ? client : worker, &self);
    run (&self);
    for (int n = 0; n < CLIENTS + WORKERS; n++)
        zmq_threadclose (threads[n]);
    cloud_close (&self.cloud);
    zmq_close (self.statebe);
    zmq_close (self.statefe);
    zmq_close (self.monitor);
    zh_end (ctx);
    return 0;
}
