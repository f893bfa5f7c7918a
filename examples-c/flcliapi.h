/*  Client side of the Freelance Protocol (RFC 10), model 3: flcli_connect adds
    a server, flcli_request sends a request to one that is alive and returns
    its reply. One request at a time; the owner's thread calls, the work is
    done in a thread of the API, which alone touches servers and ROUTER.

    A server is pinged after two seconds without a word from it, counts as dead
    after six, and is pinged all the same: it may come back. A request whose
    server dies goes to the next; it fails when nobody has answered for three
    seconds.  */

#ifndef FLCLIAPI_H
#define FLCLIAPI_H

#include "zactor.h"
#include "zparts.h"

#define FLCLI_SERVERS 32
#define FLCLI_TIMEOUT 3000
#define FLCLI_PING 2000
#define FLCLI_SILENCE 6000

typedef struct {
    char endpoint[200];
    int alive;
    int64_t ping_at, expiry;
} flcli_server;

typedef struct {
    zactor actor;
    void *router;
    flcli_server server[FLCLI_SERVERS];
    int servers;
    zh_message request; /*  the one under way; no frames: none  */
    long number;
    int64_t deadline;
    flcli_server *asked; /*  who has been sent it  */
} flcli;

static inline int flcli_to (flcli *self, flcli_server *server, zh_message *message)
{
    zp_insert (message, 0, server->endpoint);
    return zh_message_send (message, 0, self->router);
}

/*  ["CONNECT"][endpoint] or ["REQUEST"][content...] from the owner; -1 ends
    the thread.  */
static inline int flcli_command (flcli *self)
{
    zh_message message;
    if (zh_message_recv (&message, self->actor.inner) == -1)
        return -1;
    if (zh_frame_is (&message, 0, "CONNECT") && self->servers < FLCLI_SERVERS) {
        flcli_server *server = &self->server[self->servers++];
        zp_text (&message, 1, server->endpoint, sizeof server->endpoint);
        zh_connect (self->router, server->endpoint);
        /*  A ROUTER cannot send before the connection is up: try soon, often.  */
        server->ping_at = zh_clock ();
    } else if (zh_frame_is (&message, 0, "REQUEST")) {
        char number[24];
        snprintf (number, sizeof number, "%ld", ++self->number);
        zp_drop (&message, 0, 1);
        zp_insert (&message, 0, number);
        self->request = message;
        self->asked = NULL;
        self->deadline = zh_clock () + FLCLI_TIMEOUT;
        return 0;
    }
    int ends = zh_frame_is (&message, 0, ZACTOR_STOP);
    zh_message_close (&message);
    return ends ? -1 : 0;
}

/*  [endpoint]["PONG"] or [endpoint][number][content]. Any sign of life counts.  */
static inline int flcli_reply (flcli *self)
{
    zh_message message;
    if (zh_message_recv (&message, self->router) == -1)
        return -1;
    for (int n = 0; n < self->servers; n++)
        if (zh_frame_is (&message, 0, self->server[n].endpoint)) {
            self->server[n].alive = 1;
            self->server[n].ping_at = zh_clock () + FLCLI_PING;
            self->server[n].expiry = zh_clock () + FLCLI_SILENCE;
        }
    char number[24];
    zp_text (&message, 1, number, sizeof number);
    if (self->request.count > 0 && atol (number) == self->number) {
        zh_message_close (&self->request);
        zp_drop (&message, 0, 2);
        zp_insert (&message, 0, "OK");
        return zh_message_send (&message, 0, self->actor.inner);
    }
    zh_message_close (&message);
    return 0;
}

/*  What time brings: pings, deaths, the request's next server or its end.  */
static inline int flcli_tick (flcli *self)
{
    int64_t now = zh_clock ();
    flcli_server *best = NULL;
    for (int n = 0; n < self->servers; n++) {
        flcli_server *server = &self->server[n];
        if (server->alive && now >= server->expiry) {
            server->alive = 0;
            if (self->asked == server)
                self->asked = NULL;
        }
        if (now >= server->ping_at) {
            zh_message ping = {0};
            zp_append (&ping, "PING");
            server->ping_at = now + (server->alive ? FLCLI_PING : FLCLI_PING / 40);
            if (flcli_to (self, server, &ping) == -1)
                return -1;
        }
        if (best == NULL && server->alive)
            best = server;
    }
    if (self->request.count > 0 && now >= self->deadline) {
        /*  Who kept us waiting this long is not asked first the next time.  */
        if (self->asked != NULL)
            self->asked->alive = 0;
        zh_message_close (&self->request);
        return zh_send (self->actor.inner, "FAILED");
    }
    if (self->request.count > 0 && self->asked == NULL && best != NULL) {
        zh_message copy;
        zp_copy (&copy, &self->request);
        self->asked = best;
        return flcli_to (self, best, &copy);
    }
    return 0;
}

static inline int64_t flcli_next (flcli *self)
{
    int64_t next = zh_clock () + 1000;
    for (int n = 0; n < self->servers; n++)
        if (self->server[n].ping_at < next)
            next = self->server[n].ping_at;
    if (self->request.count > 0 && self->deadline < next)
        next = self->deadline;
    return next;
}

static inline void flcli_thread (zactor *actor)
{
    flcli *self = actor->arg;
    zmq_pollitem_t items[] = {{actor->inner, 0, ZMQ_POLLIN, 0}, {self->router, 0, ZMQ_POLLIN, 0}};
    for (;;) {
        int64_t wait = flcli_next (self) - zh_clock ();
        if (zh_poll (items, 2, wait > 0 ? (long) wait : 0) == -1
            || (items[0].revents && flcli_command (self) == -1)
            || (items[1].revents && flcli_reply (self) == -1) || flcli_tick (self) == -1)
            break;
    }
    zh_message_close (&self->request);
    zmq_close (self->router);
}

static inline void flcli_start (flcli *self, void *ctx)
{
    memset (self, 0, sizeof *self);
    self->router = zh_socket (ctx, ZMQ_ROUTER, 0);
    zactor_start (&self->actor, ctx, flcli_thread, self);
}

static inline void flcli_stop (flcli *self)
{
    zactor_stop (&self->actor);
}

static inline int flcli_connect (flcli *self, const char *endpoint)
{
    return zh_send_more (self->actor.pipe, "CONNECT") == -1 ? -1
         : zh_send (self->actor.pipe, endpoint);
}

/*  The message becomes the reply: 1; 0 and empty if there was none; -1 on a
    stop.  */
static inline int flcli_request (flcli *self, zh_message *message)
{
    zp_insert (message, 0, "REQUEST");
    if (zh_message_send (message, 0, self->actor.pipe) == -1
        || zh_message_recv (message, self->actor.pipe) == -1)
        return -1;
    int ok = zh_frame_is (message, 0, "OK");
    zp_drop (message, 0, ok ? 1 : message->count);
    return ok;
}

#endif
