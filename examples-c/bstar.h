/*  Binary Star: two servers of which one is active and one passive, and how
    they agree on which. First the rules, pure functions on a state, which
    bstarsrv uses with a poll loop of its own; then the same on a reactor, for
    bstarsrv2 and clonesrv6.

    The peers publish their states to each other. The passive one takes over
    when a client asks it (a vote) and its peer has been silent for two
    intervals: either alone could be a broken line. Two active or two passive
    servers cannot be sorted out by themselves: both end.  */

#ifndef BSTAR_H
#define BSTAR_H

#include "reactor.h"

typedef enum { BSTAR_PRIMARY = 1, BSTAR_BACKUP, BSTAR_ACTIVE, BSTAR_PASSIVE } bstar_state;

typedef struct {
    bstar_state state;
    int64_t peer_expiry; /*  from when on the peer counts as silent  */
    long interval;       /*  ms between states published  */
} bstar_rules;

static inline void bstar_begin (bstar_rules *self, int primary, long interval)
{
    self->state = primary ? BSTAR_PRIMARY : BSTAR_BACKUP;
    self->interval = interval;
    self->peer_expiry = zh_clock () + 2 * interval;
    printf ("I: %s\n", primary ? "primary, waiting for the backup" : "backup, waiting for the primary");
}

static inline void bstar_become (bstar_rules *self, bstar_state state)
{
    self->state = state;
    printf ("I: %s\n", state == BSTAR_ACTIVE ? "now active" : "now passive");
}

/*  The peer says what it is; -1 when that cannot go on.  */
static inline int bstar_heard (bstar_rules *self, bstar_state peer)
{
    static const struct {
        bstar_state own, peer, next;
    } change[] = {
        {BSTAR_PRIMARY, BSTAR_BACKUP, BSTAR_ACTIVE},
        {BSTAR_PRIMARY, BSTAR_ACTIVE, BSTAR_PASSIVE},
        {BSTAR_BACKUP, BSTAR_ACTIVE, BSTAR_PASSIVE},
        /*  The active peer was restarted, and that after a crash: ours now.  */
        {BSTAR_PASSIVE, BSTAR_PRIMARY, BSTAR_ACTIVE},
        {BSTAR_PASSIVE, BSTAR_BACKUP, BSTAR_ACTIVE},
    };
    self->peer_expiry = zh_clock () + 2 * self->interval;
    if (self->state == peer && (peer == BSTAR_ACTIVE || peer == BSTAR_PASSIVE)) {
        puts ("E: both servers have the same role, ending");
        return -1;
    }
    for (size_t n = 0; n < sizeof change / sizeof change[0]; n++)
        if (change[n].own == self->state && change[n].peer == peer) {
            bstar_become (self, change[n].next);
            break;
        }
    return 0;
}

/*  A client asks; whether it is to be answered here.  */
static inline int bstar_vote (bstar_rules *self)
{
    if (self->state == BSTAR_ACTIVE)
        return 1;
    /*  A backup alone does not know whether there ever was a primary.  */
    if (self->state == BSTAR_BACKUP || zh_clock () < self->peer_expiry)
        return 0;
    puts ("I: a client asks and the peer is silent");
    bstar_become (self, BSTAR_ACTIVE);
    return 1;
}

/*  The sockets of the peering  */

typedef struct {
    void *out, *in; /*  PUB and SUB  */
} bstar_peering;

static inline void bstar_open (bstar_peering *self, void *ctx, const char *local,
                               const char *remote)
{
    self->out = zh_socket (ctx, ZMQ_PUB, 0);
    zh_bind (self->out, local);
    self->in = zh_socket (ctx, ZMQ_SUB, 0);
    zh_subscribe (self->in, "");
    zh_connect (self->in, remote);
}

static inline void bstar_shut (bstar_peering *self)
{
    zmq_close (self->out);
    zmq_close (self->in);
}

static inline int bstar_tell (bstar_peering *self, const bstar_rules *rules)
{
    char text[8];
    snprintf (text, sizeof text, "%d", rules->state);
    return zh_send (self->out, text);
}

static inline int bstar_hear (bstar_peering *self, bstar_rules *rules)
{
    char text[8];
    return zh_recv (self->in, text, sizeof text) == -1 ? -1
         : bstar_heard (rules, (bstar_state) atoi (text));
}

/*  On a reactor: the owner adds its own readers and timers to `loop`.  */

typedef struct bstar {
    reactor loop;
    bstar_rules rules;
    bstar_peering peering;
    reactor_fn voter; /*  called with what clients ask the active server  */
    void (*on_active) (void *arg);
    void (*on_passive) (void *arg);
    void *arg;
    int failed; /*  the roles clashed  */
} bstar;

/*  Tells the owner when `before` is not what it is any more.  */
static inline void bstar_notify (bstar *self, bstar_state before)
{
    if (self->rules.state == before)
        return;
    if (self->rules.state == BSTAR_ACTIVE && self->on_active != NULL)
        self->on_active (self->arg);
    if (self->rules.state == BSTAR_PASSIVE && self->on_passive != NULL)
        self->on_passive (self->arg);
}

static inline int bstar_on_peer (reactor *loop, void *socket, void *arg)
{
    (void) loop;
    (void) socket;
    bstar *self = arg;
    bstar_state before = self->rules.state;
    int rc = bstar_hear (&self->peering, &self->rules);
    self->failed = rc == -1 && !zh_stopped ();
    bstar_notify (self, before);
    return rc;
}

static inline int bstar_on_timer (reactor *loop, void *socket, void *arg)
{
    (void) loop;
    (void) socket;
    bstar *self = arg;
    return bstar_tell (&self->peering, &self->rules);
}

static inline int bstar_on_client (reactor *loop, void *socket, void *arg)
{
    bstar *self = arg;
    bstar_state before = self->rules.state;
    if (bstar_vote (&self->rules)) {
        bstar_notify (self, before);
        return self->voter (loop, socket, self->arg);
    }
    /*  Not ours to answer: the client will ask the other server.  */
    zh_message ignored;
    int rc = zh_message_recv (&ignored, socket);
    zh_message_close (&ignored);
    return rc;
}

/*  `voters` is the socket that clients ask on. The two functions to call on a
    change of role may be set before reactor_run (&self->loop).  */
static inline void bstar_start (bstar *self, void *ctx, int primary, const char *local,
                                const char *remote, long interval, void *voters, reactor_fn voter,
                                void *arg)
{
    memset (self, 0, sizeof *self);
    reactor_init (&self->loop);
    bstar_begin (&self->rules, primary, interval);
    bstar_open (&self->peering, ctx, local, remote);
    self->voter = voter;
    self->arg = arg;
    reactor_reader (&self->loop, self->peering.in, bstar_on_peer, self);
    reactor_reader (&self->loop, voters, bstar_on_client, self);
    reactor_timer (&self->loop, interval, bstar_on_timer, self);
}

/*  -p or -b, the first argument of a server: whether it is the primary.  */
static inline int bstar_is_primary (int argc, char **argv)
{
    if (argc > 1 && strcmp (argv[1], "-p") == 0)
        return 1;
    if (argc > 1 && strcmp (argv[1], "-b") == 0)
        return 0;
    fprintf (stderr, "syntax: %s -p|-b [...]   primary or backup\n", argv[0]);
    exit (2);
}

#endif
