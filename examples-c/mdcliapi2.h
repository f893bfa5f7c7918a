/*  Majordomo client, asynchronous: any number of requests under way on one
    DEALER, replies as they come. It cannot ask again, as it does not know
    which request a missing reply belongs to; who needs that numbers them.  */

#ifndef MDCLIAPI2_H
#define MDCLIAPI2_H

#include "mdp.h"

typedef struct {
    void *socket;
    long timeout; /*  ms to wait for a reply  */
} mdcli2;

static inline void mdcli2_open (mdcli2 *self, void *ctx, const char *broker)
{
    /*  Requests may go out long before the first reply is read.  */
    int no_limit = 0;
    self->timeout = 2500;
    self->socket = zh_socket (ctx, ZMQ_DEALER, 0);
    zmq_setsockopt (self->socket, ZMQ_SNDHWM, &no_limit, sizeof no_limit);
    zmq_setsockopt (self->socket, ZMQ_RCVHWM, &no_limit, sizeof no_limit);
    zh_connect (self->socket, broker);
}

static inline void mdcli2_close (mdcli2 *self)
{
    zmq_close (self->socket);
}

static inline int mdcli2_send (mdcli2 *self, const char *service, zh_message *message)
{
    mdp_address (message, service);
    zp_insert (message, 0, "");
    return zh_message_send (message, 0, self->socket);
}

/*  1 for a reply; 0 when none came in time, and the message is empty; -1 on a
    stop.  */
static inline int mdcli2_recv (mdcli2 *self, zh_message *message)
{
    message->count = 0;
    zmq_pollitem_t items[] = {{self->socket, 0, ZMQ_POLLIN, 0}};
    int rc = zh_poll (items, 1, self->timeout);
    /*  The reply may be of any service.  */
    return rc == 1 ? mdp_recv_reply (message, self->socket, 1, NULL) : rc;
}

#endif
