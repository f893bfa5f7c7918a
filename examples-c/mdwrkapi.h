/*  Majordomo worker: mdwrk_recv returns the next request for a service, and
    on the next call takes the reply. In between it registers, heartbeats, and
    connects anew when the broker has gone silent or sends it away. One thread
    owns a worker; while it works, nobody heartbeats for it, which the broker
    puts up with as it expects nothing from a busy worker.  */

#ifndef MDWRKAPI_H
#define MDWRKAPI_H

#include "mdp.h"

typedef struct {
    void *ctx, *socket;
    const char *broker, *service;
    int verbose;
    long interval;  /*  ms between heartbeats, either way  */
    long reconnect; /*  ms before another try  */
    int liveness;
    int64_t heartbeat_at;
    zh_id client; /*  whose request we work on  */
} mdwrk;

/*  Puts [empty][MDPW01][command] before the frames and sends them.  */
static inline int mdwrk_send (mdwrk *self, const char *command, zh_message *message)
{
    zp_insert (message, 0, command);
    zp_insert (message, 0, MDP_WORKER);
    zp_insert (message, 0, "");
    if (self->verbose)
        printf ("I: sending %s to broker\n", mdp_command (message, 2));
    self->heartbeat_at = zh_clock () + self->interval;
    return zh_message_send (message, 0, self->socket);
}

static inline int mdwrk_register (mdwrk *self)
{
    if (self->socket != NULL)
        zmq_close (self->socket);
    self->socket = zh_socket (self->ctx, ZMQ_DEALER, 0);
    zh_connect (self->socket, self->broker);
    if (self->verbose)
        printf ("I: connecting to broker at %s\n", self->broker);
    self->liveness = MDP_LIVENESS;
    zh_message ready = {0};
    zp_append (&ready, self->service);
    return mdwrk_send (self, MDP_READY, &ready);
}

static inline void mdwrk_open (mdwrk *self, void *ctx, const char *broker, const char *service,
                               int verbose, long interval)
{
    *self = (mdwrk) {.ctx = ctx, .broker = broker, .service = service, .verbose = verbose,
                     .interval = interval, .reconnect = interval};
    mdwrk_register (self);
}

static inline void mdwrk_close (mdwrk *self)
{
    zmq_close (self->socket);
}

/*  Looks at one message: 1 and the request's content in it, 0 for all else.  */
static inline int mdwrk_take (mdwrk *self, zh_message *message)
{
    if (zh_message_recv (message, self->socket) == -1)
        return -1;
    self->liveness = MDP_LIVENESS;
    if (self->verbose)
        printf ("I: received %s from broker\n", mdp_command (message, 2));
    if (zh_frame_is (message, 2, MDP_REQUEST) && message->count > 4) {
        zh_id_of (&self->client, &message->frame[3]);
        zp_drop (message, 0, 5);
        return 1;
    }
    int rc = 0;
    if (zh_frame_is (message, 2, MDP_DISCONNECT))
        rc = mdwrk_register (self);
    else if (!zh_frame_is (message, 2, MDP_HEARTBEAT))
        puts ("E: invalid message from broker");
    zh_message_close (message);
    return rc;
}

/*  Sends the reply, unless it is the first call (no frames), and waits for the
    next request, which takes its place. -1 on a stop.  */
static inline int mdwrk_recv (mdwrk *self, zh_message *message)
{
    if (message->count > 0) {
        zp_insert (message, 0, "");
        zp_insert_id (message, 0, &self->client);
        if (mdwrk_send (self, MDP_REPLY, message) == -1)
            return -1;
    }
    for (;;) {
        zmq_pollitem_t items[] = {{self->socket, 0, ZMQ_POLLIN, 0}};
        int rc = zh_poll (items, 1, self->interval);
        if (rc == 1)
            rc = mdwrk_take (self, message);
        else if (rc == 0 && --self->liveness == 0) {
            if (self->verbose)
                puts ("W: no word from the broker, connecting again");
            rc = zh_sleep (self->reconnect) ? -1 : mdwrk_register (self);
        }
        if (rc != 0)
            return rc == -1 ? -1 : 0;
        zh_message heartbeat = {0};
        if (zh_clock () >= self->heartbeat_at && mdwrk_send (self, MDP_HEARTBEAT, &heartbeat) == -1)
            return -1;
    }
}

#endif
