/*  A thread that is talked to over a pipe: two PAIR sockets over inproc, one
    for the thread, one for its owner. The API stacks (freelance, clone, the
    network interface) and the two-sided demonstrations include it.

    The owner ends the thread with zactor_stop, which sends the one frame
    "$STOP"; a shutdown of the context ends it too. The thread closes nothing
    but its own sockets; its end of the pipe is closed for it.  */

#ifndef ZACTOR_H
#define ZACTOR_H

#include "zhelp.h"

#define ZACTOR_STOP "$STOP"

typedef struct zactor {
    void *ctx;
    void *pipe;  /*  the owner's end  */
    void *inner; /*  the thread's end  */
    void (*body) (struct zactor *self);
    void *arg;
    void *thread;
} zactor;

static inline void zactor_main (void *arg)
{
    zactor *self = arg;
    self->body (self);
    zmq_close (self->inner);
}

static inline void zactor_start (zactor *self, void *ctx, void (*body) (zactor *), void *arg)
{
    char endpoint[64];
    snprintf (endpoint, sizeof endpoint, "inproc://zactor-%p", (void *) self);
    *self = (zactor) {.ctx = ctx, .body = body, .arg = arg};
    self->pipe = zh_socket (ctx, ZMQ_PAIR, 0);
    zh_bind (self->pipe, endpoint);
    self->inner = zh_socket (ctx, ZMQ_PAIR, 0);
    zh_connect (self->inner, endpoint);
    self->thread = zmq_threadstart (zactor_main, self);
}

/*  Waits for a thread that ends by itself.  */
static inline void zactor_join (zactor *self)
{
    zmq_threadclose (self->thread);
    zmq_close (self->pipe);
}

static inline void zactor_stop (zactor *self)
{
    zh_send_data (self->pipe, ZACTOR_STOP, sizeof ZACTOR_STOP - 1, ZMQ_DONTWAIT);
    zactor_join (self);
}

#endif
