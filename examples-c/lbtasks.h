/*  The clients and workers of lbbroker2 and lbbroker3, threads with a REQ
    socket each, and the queue of free workers that such a broker keeps.
    Nothing here knows how the broker waits for its sockets.  */

#ifndef LBTASKS_H
#define LBTASKS_H

#include "zparts.h"

#define LB_MOST 256
#define LB_READY "\001"

typedef struct {
    void *ctx;
    void *frontend, *backend; /*  the broker's ROUTERs  */
    long waiting;             /*  clients that have no reply yet  */
    zh_id idle[LB_MOST];      /*  free workers, the least recently used first  */
    int idle_count;
    const char *frontend_endpoint, *backend_endpoint;
    void *client[LB_MOST], *worker[LB_MOST];
    long clients, workers;
} lb_broker;

static inline void lb_client (void *arg)
{
    lb_broker *broker = arg;
    void *socket = zh_socket (broker->ctx, ZMQ_REQ, 0);
    zh_connect (socket, broker->frontend_endpoint);
    char reply[64];
    if (zh_send (socket, "HELLO") != -1 && zh_recv (socket, reply, sizeof reply) != -1)
        printf ("Client: %s\n", reply);
    zmq_close (socket);
}

/*  Gets [client id][empty][request]; the answer differs in the last frame.  */
static inline void lb_worker (void *arg)
{
    lb_broker *broker = arg;
    void *socket = zh_socket (broker->ctx, ZMQ_REQ, 0);
    zh_connect (socket, broker->backend_endpoint);
    int rc = zh_send (socket, LB_READY);
    zh_message message;
    while (rc != -1 && zh_message_recv (&message, socket) != -1) {
        char text[64];
        printf ("Worker: %s\n", zp_text (&message, message.count - 1, text, sizeof text));
        zp_drop (&message, message.count - 1, 1);
        zp_append (&message, "OK");
        rc = zh_message_send (&message, 0, socket);
    }
    zmq_close (socket);
}

/*  Reads the arguments [clients [workers [frontend [backend]]]], binds the
    broker's sockets and starts all clients and workers.  */
static inline void lb_start (lb_broker *self, void *ctx, int argc, char **argv)
{
    *self = (lb_broker) {.ctx = ctx};
    self->clients = self->waiting = zh_argn (argc, argv, 1, 10);
    self->workers = zh_argn (argc, argv, 2, 3);
    self->frontend_endpoint = zh_arg (argc, argv, 3, "ipc://frontend.ipc");
    self->backend_endpoint = zh_arg (argc, argv, 4, "ipc://backend.ipc");
    if (self->clients < 1 || self->clients > LB_MOST || self->workers < 1
        || self->workers > LB_MOST) {
        fprintf (stderr, "%s: from 1 to %d clients and workers\n", argv[0], LB_MOST);
        exit (2);
    }
    self->frontend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (self->frontend, self->frontend_endpoint);
    self->backend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (self->backend, self->backend_endpoint);
    for (long n = 0; n < self->clients; n++)
        self->client[n] = zmq_threadstart (lb_client, self);
    for (long n = 0; n < self->workers; n++)
        self->worker[n] = zmq_threadstart (lb_worker, self);
}

/*  A worker is free again; what it says besides is for a client. Returns -1
    when that was the last client's reply, or on a stop.  */
static inline int lb_from_worker (lb_broker *self)
{
    zh_message message;
    if (zh_message_recv (&message, self->backend) == -1)
        return -1;
    if (self->idle_count < LB_MOST)
        zh_id_of (&self->idle[self->idle_count++], &message.frame[0]);
    zp_drop (&message, 0, 2);
    if (zh_frame_is (&message, 0, LB_READY)) {
        zh_message_close (&message);
        return 0;
    }
    self->waiting--;
    return zh_message_send (&message, 0, self->frontend) == -1 || self->waiting == 0 ? -1 : 0;
}

/*  To be called only while a worker is free.  */
static inline int lb_from_client (lb_broker *self)
{
    zh_message message;
    if (zh_message_recv (&message, self->frontend) == -1)
        return -1;
    zp_insert (&message, 0, "");
    zp_insert_id (&message, 0, &self->idle[0]);
    memmove (self->idle, self->idle + 1, (size_t) --self->idle_count * sizeof self->idle[0]);
    return zh_message_send (&message, 0, self->backend);
}

/*  Ends everything that lb_start began. First the clients read their replies,
    then the workers are stopped. Returns the program's status.  */
static inline int lb_end (lb_broker *self)
{
    if (self->waiting > 0)
        zmq_ctx_shutdown (self->ctx);
    for (long n = 0; n < self->clients; n++)
        zmq_threadclose (self->client[n]);
    zmq_ctx_shutdown (self->ctx);
    for (long n = 0; n < self->workers; n++)
        zmq_threadclose (self->worker[n]);
    zmq_close (self->backend);
    zmq_close (self->frontend);
    zh_end (self->ctx);
    return self->waiting == 0 ? 0 : 1;
}

#endif
