/*  A reactor: sockets with a function to call when they can be read, timers
    with a function to call when they are due. Programs with more than one
    thing to wait for use it instead of a poll loop of their own.

    Everything happens in the thread that calls reactor_run, which returns when
    a function returns -1 or the context is shut down. The functions may add
    and remove readers and timers, also their own.  */

#ifndef REACTOR_H
#define REACTOR_H

#include "zhelp.h"

/*  More than any program here needs.  */
#define REACTOR_MOST 16

typedef struct reactor reactor;

/*  `socket` is NULL for a timer.  */
typedef int (*reactor_fn) (reactor *self, void *socket, void *arg);

struct reactor {
    int readers;
    zmq_pollitem_t item[REACTOR_MOST];
    struct {
        reactor_fn call;
        void *arg;
    } reader[REACTOR_MOST];
    int timers;
    struct {
        reactor_fn call;
        void *arg;
        long every;
        int64_t due;
    } timer[REACTOR_MOST];
};

static inline void reactor_init (reactor *self)
{
    memset (self, 0, sizeof *self);
}

static inline void reactor_reader (reactor *self, void *socket, reactor_fn call, void *arg)
{
    if (self->readers == REACTOR_MOST)
        return;
    int at = self->readers++;
    self->item[at] = (zmq_pollitem_t) {socket, 0, ZMQ_POLLIN, 0};
    self->reader[at].call = call;
    self->reader[at].arg = arg;
}

static inline void reactor_forget (reactor *self, void *socket)
{
    for (int at = 0; at < self->readers; at++)
        if (self->item[at].socket == socket) {
            self->readers--;
            for (int n = at; n < self->readers; n++) {
                self->item[n] = self->item[n + 1];
                self->reader[n] = self->reader[n + 1];
            }
            return;
        }
}

/*  Calls every `every` ms, the first time that long from now.  */
static inline void reactor_timer (reactor *self, long every, reactor_fn call, void *arg)
{
    if (self->timers == REACTOR_MOST)
        return;
    int at = self->timers++;
    self->timer[at].call = call;
    self->timer[at].arg = arg;
    self->timer[at].every = every;
    self->timer[at].due = zh_clock () + every;
}

static inline long reactor_patience (const reactor *self)
{
    int64_t now = zh_clock (), next = -1;
    for (int at = 0; at < self->timers; at++) {
        int64_t left = self->timer[at].due > now ? self->timer[at].due - now : 0;
        if (next == -1 || left < next)
            next = left;
    }
    return (long) next;
}

static inline int reactor_timers_due (reactor *self)
{
    int64_t now = zh_clock ();
    for (int at = 0; at < self->timers; at++)
        if (self->timer[at].due <= now) {
            self->timer[at].due = now + self->timer[at].every;
            if (self->timer[at].call (self, NULL, self->timer[at].arg) == -1)
                return -1;
        }
    return 0;
}

/*  The socket that can be read from position `at` on, and what to call; the
    list may have changed since the last call, so it goes by what it finds.  */
static inline int reactor_readers_ready (reactor *self)
{
    for (int at = 0; at < self->readers; at++)
        if (self->item[at].revents & ZMQ_POLLIN) {
            self->item[at].revents = 0;
            void *socket = self->item[at].socket;
            if (self->reader[at].call (self, socket, self->reader[at].arg) == -1)
                return -1;
        }
    return 0;
}

static inline void reactor_run (reactor *self)
{
    while (zh_poll (self->item, self->readers, reactor_patience (self)) != -1)
        if (reactor_readers_ready (self) == -1 || reactor_timers_due (self) == -1)
            return;
}

#endif
