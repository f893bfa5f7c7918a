/*  What the clouds of peering2 and peering3 share: names of endpoints, the
    sockets between clouds, and the queue of free workers. A cloud is a broker
    with its clients and workers; all clouds of a demonstration run in one
    directory, where their ipc endpoints are NAME-cloud.ipc and so on.  */

#ifndef PEERING_H
#define PEERING_H

#include "zparts.h"

#define PEERING_MOST 64
#define PEERING_READY "\001"

typedef struct {
    void *ctx;
    const char *name;
    const char **peers;
    int peer_count;
    void *cloudfe; /*  ROUTER, bound: the other clouds send us tasks  */
    void *cloudbe; /*  ROUTER, connected: we send tasks to the others  */
    void *localfe; /*  ROUTER: our clients  */
    void *localbe; /*  ROUTER: our workers  */
    zh_id idle[PEERING_MOST];
    int idle_count;
} cloud;

static inline const char *cloud_endpoint (char *text, size_t size, const char *name,
                                          const char *what)
{
    snprintf (text, size, "ipc://%s-%s.ipc", name, what);
    return text;
}

static inline void cloud_bind (void *socket, const char *name, const char *what)
{
    char endpoint[256];
    zh_bind (socket, cloud_endpoint (endpoint, sizeof endpoint, name, what));
}

static inline void cloud_connect (void *socket, const char *name, const char *what)
{
    char endpoint[256];
    zh_connect (socket, cloud_endpoint (endpoint, sizeof endpoint, name, what));
}

static inline void cloud_usage (int argc, char **argv)
{
    if (argc < 2 || *argv[1] == '\0' || argc > PEERING_MOST) {
        fprintf (stderr, "syntax: %s me [peer...]\n", argv[0]);
        exit (2);
    }
}

/*  The first name is ours, the others are those of the peers.  */
static inline void cloud_open (cloud *self, void *ctx, int argc, char **argv)
{
    *self = (cloud) {.ctx = ctx, .name = argv[1], .peer_count = argc - 2};
    self->peers = (const char **) argv + 2;
    size_t length = strlen (self->name);
    /*  To a peer we are our name, on both sockets. A task for a peer that is
        not there must fail, not vanish, so that we can do it ourselves.  */
    int on = 1;
    self->cloudfe = zh_socket (ctx, ZMQ_ROUTER, 0);
    zmq_setsockopt (self->cloudfe, ZMQ_ROUTING_ID, self->name, length);
    self->cloudbe = zh_socket (ctx, ZMQ_ROUTER, 0);
    zmq_setsockopt (self->cloudbe, ZMQ_ROUTING_ID, self->name, length);
    zmq_setsockopt (self->cloudbe, ZMQ_ROUTER_MANDATORY, &on, sizeof on);
    self->localfe = zh_socket (ctx, ZMQ_ROUTER, 0);
    self->localbe = zh_socket (ctx, ZMQ_ROUTER, 0);
    cloud_bind (self->cloudfe, self->name, "cloud");
    cloud_bind (self->localfe, self->name, "localfe");
    cloud_bind (self->localbe, self->name, "localbe");
    for (int n = 0; n < self->peer_count; n++)
        cloud_connect (self->cloudbe, self->peers[n], "cloud");
}

static inline void cloud_close (cloud *self)
{
    zmq_close (self->cloudfe);
    zmq_close (self->cloudbe);
    zmq_close (self->localfe);
    zmq_close (self->localbe);
}

static inline int cloud_is_peer (cloud *self, zmq_msg_t *id)
{
    for (int n = 0; n < self->peer_count; n++)
        if (zmq_msg_size (id) == strlen (self->peers[n])
            && memcmp (zmq_msg_data (id), self->peers[n], zmq_msg_size (id)) == 0)
            return 1;
    return 0;
}

/*  A reply [client][empty][content], perhaps with [peer] before it, goes to
    the cloud or the client that its first frame names.  */
static inline int cloud_reply (cloud *self, zh_message *reply)
{
    void *to = cloud_is_peer (self, &reply->frame[0]) ? self->cloudfe : self->localfe;
    return zh_message_send (reply, 0, to);
}

/*  A local worker is free, and has a reply unless it is new.  */
static inline int cloud_from_worker (cloud *self)
{
    zh_message message;
    if (zh_message_recv (&message, self->localbe) == -1)
        return -1;
    if (self->idle_count < PEERING_MOST)
        zh_id_of (&self->idle[self->idle_count++], &message.frame[0]);
    zp_drop (&message, 0, 2);
    if (zh_frame_is (&message, 0, PEERING_READY)) {
        zh_message_close (&message);
        return 0;
    }
    return cloud_reply (self, &message);
}

/*  A peer's reply to a task we sent it: take the peer off.  */
static inline int cloud_from_peer (cloud *self)
{
    zh_message message;
    if (zh_message_recv (&message, self->cloudbe) == -1)
        return -1;
    zp_drop (&message, 0, 1);
    return cloud_reply (self, &message);
}

/*  To be called only while a worker is free.  */
static inline int cloud_to_worker (cloud *self, zh_message *task)
{
    zp_insert (task, 0, "");
    zp_insert_id (task, 0, &self->idle[0]);
    memmove (self->idle, self->idle + 1, (size_t) --self->idle_count * sizeof self->idle[0]);
    return zh_message_send (task, 0, self->localbe);
}

/*  0 and the task kept if that peer cannot be reached; else as zh_message_send,
    with 1 for success.  */
static inline int cloud_to_peer (cloud *self, zh_message *task, int peer)
{
    const char *name = self->peers[peer];
    if (zh_send_data (self->cloudbe, name, strlen (name), ZMQ_SNDMORE) == -1) {
        if (errno == EHOSTUNREACH)
            return 0;
        zh_message_close (task);
        return -1;
    }
    return zh_message_send (task, 0, self->cloudbe) == -1 ? -1 : 1;
}

#endif
