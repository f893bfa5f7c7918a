/*  Pollers: which of several sockets has something to receive.  */

#include "internal.h"

struct _zpoller_t {
    zmq_pollitem_t *items;
    int size;
    bool nonstop;
    bool expired;
    bool terminated;
};

zpoller_t *zpoller_new (void *reader, ...)
{
    czmq2_catch_signals ();
    zpoller_t *self = zmalloc (sizeof (zpoller_t));
    va_list readers;
    va_start (readers, reader);
    for (; reader != NULL; reader = va_arg (readers, void *))
        zpoller_add (self, reader);
    va_end (readers);
    return self;
}

void zpoller_destroy (zpoller_t **self_p)
{
    zpoller_t *self = *self_p;
    if (self == NULL)
        return;
    free (self->items);
    free (self);
    *self_p = NULL;
}

int zpoller_add (zpoller_t *self, void *reader)
{
    zmq_pollitem_t *items = zmalloc ((self->size + 1) * sizeof *items);
    if (self->size > 0)
        memcpy (items, self->items, self->size * sizeof *items);
    items[self->size++] = (zmq_pollitem_t) {.socket = reader, .events = ZMQ_POLLIN};
    free (self->items);
    self->items = items;
    return 0;
}

void *zpoller_wait (zpoller_t *self, int timeout)
{
    self->expired = false;
    self->terminated = !self->nonstop && zctx_interrupted;
    if (self->terminated)
        return NULL;
    int ready = zmq_poll (self->items, self->size, timeout);
    if (ready == 0)
        self->expired = true;
    if (ready == -1)
        self->terminated = !self->nonstop || errno != EINTR;
    for (int at = 0; ready > 0 && at < self->size; at++)
        if (self->items[at].revents & ZMQ_POLLIN)
            return self->items[at].socket;
    return NULL;
}

bool zpoller_expired (zpoller_t *self)
{
    return self->expired;
}

bool zpoller_terminated (zpoller_t *self)
{
    return self->terminated;
}

void zpoller_set_nonstop (zpoller_t *self, bool nonstop)
{
    self->nonstop = nonstop;
}
