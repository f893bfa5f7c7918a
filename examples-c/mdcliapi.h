/*  Majordomo client, one request at a time: mdcli_call sends a request for a
    service and returns the reply, asking again on a new REQ socket when none
    comes, as a lazy pirate does. A service may therefore see a request twice.
    One thread owns a client.  */

#ifndef MDCLIAPI_H
#define MDCLIAPI_H

#include "mdp.h"

typedef struct {
    void *ctx, *socket;
    const char *broker;
    int verbose;
    long timeout; /*  ms for each attempt  */
    int attempts;
} mdcli;

static inline void mdcli_reconnect (mdcli *self)
{
    if (self->socket != NULL)
        zmq_close (self->socket);
    self->socket = zh_socket (self->ctx, ZMQ_REQ, 0);
    zh_connect (self->socket, self->broker);
    if (self->verbose)
        printf ("I: connecting to broker at %s\n", self->broker);
}

static inline void mdcli_open (mdcli *self, void *ctx, const char *broker, int verbose)
{
    *self = (mdcli) {ctx, NULL, broker, verbose, 2500, 3};
    mdcli_reconnect (self);
}

static inline void mdcli_close (mdcli *self)
{
    zmq_close (self->socket);
}

/*  The message becomes the reply: 1; 0 and empty if there was none; -1 on a
    stop.  */
static inline int mdcli_call (mdcli *self, const char *service, zh_message *message)
{
    mdp_address (message, service);
    int rc = 0;
    for (int left = self->attempts; left > 0 && rc == 0; left--) {
        zh_message copy;
        zp_copy (&copy, message);
        rc = zh_message_send (&copy, 0, self->socket);
        zmq_pollitem_t items[] = {{self->socket, 0, ZMQ_POLLIN, 0}};
        if (rc != -1)
            rc = zh_poll (items, 1, self->timeout);
        if (rc != 0)
            break;
        if (self->verbose)
            puts (left > 1 ? "W: no reply, reconnecting" : "W: no reply, abandoning");
        mdcli_reconnect (self);
    }
    zh_message_close (message);
    return rc == 1 ? mdp_recv_reply (message, self->socket, 0, service) : rc;
}

#endif
