/*  clonesrv6 -p|-b [base [peer_base [local [remote [interval_ms]]]]]

    Clone, model 6: the server of model 5 as a Binary Star pair. Clients send
    their changes to both servers. The active one numbers, publishes and
    stores them; the passive one keeps those that it has not yet seen published
    in a list, and follows the active one's updates like a client. When it
    becomes active it publishes what is left in the list, so that no change is
    lost with the server that failed.

        clonesrv6 -p &  clonesrv6 -b &  clonecli6 &  clonecli6

    base is where clients find this server (primary: port 5556, backup: 5566),
    peer_base where the other is; local and remote are for the states of the
    pair (ports 5003 and 5004). "HUGZ" goes out every interval (1000 ms): the
    server is alive even when nothing changes.  */

#include "bstar.h"
#include "chp.h"

/*  A change that we know from one side only: from the client and not yet from
    the active server, or the other way round.  */
typedef struct pending {
    struct pending *next;
    int published;
    int64_t since;
    kv item;
} pending;

typedef struct {
    void *ctx;
    bstar pair;
    chp_server server;
    const char *peer;
    void *subscriber; /*  SUB to the peer's publisher  */
    void *snapshot;   /*  DEALER to the peer, while we get its snapshot  */
    pending *first, **last;
} clone_server;

static void drop (clone_server *self, pending **link)
{
    pending *gone = *link;
    *link = gone->next;
    if (self->last == &gone->next)
        self->last = link;
    kv_close (&gone->item);
    free (gone);
}

/*  Seen from the second side: done with. From the first: remember it.  */
static void seen (clone_server *self, kv *item, int published)
{
    pending **link = &self->first;
    while (*link != NULL && memcmp ((*link)->item.uuid, item->uuid, KV_UUID) != 0)
        link = &(*link)->next;
    if (*link != NULL) {
        if ((*link)->published != published)
            drop (self, link);
        return;
    }
    pending *added = calloc (1, sizeof *added);
    if (added == NULL)
        zh_fail ("calloc");
    added->published = published;
    added->since = zh_clock ();
    kv_copy (&added->item, item);
    *self->last = added;
    self->last = &added->next;
}

static int on_change (reactor *loop, void *collector, void *arg)
{
    clone_server *self = arg;
    if (self->pair.rules.state == BSTAR_ACTIVE)
        return chp_on_update (loop, collector, &self->server);
    kv item;
    if (kvmsg_recv (&item, collector) == -1)
        return -1;
    if (item.key[0] != '\0')
        seen (self, &item, 0);
    kv_close (&item);
    return 0;
}

/*  What the active server publishes, when we have its snapshot.  */
static int on_published (reactor *loop, void *subscriber, void *arg)
{
    (void) loop;
    clone_server *self = arg;
    kv item;
    if (kvmsg_recv (&item, subscriber) == -1)
        return -1;
    if (item.key[0] != '\0' && strcmp (item.key, CHP_ALIVE) != 0) {
        seen (self, &item, 1);
        if (item.sequence > self->server.sequence) {
            self->server.sequence = item.sequence;
            chp_store (&self->server.map, &item);
            printf ("I: copied update %lld, %ld keys\n", (long long) item.sequence,
                    self->server.map.count);
        }
    }
    kv_close (&item);
    return 0;
}

static void stop_following (clone_server *self)
{
    reactor_forget (&self->pair.loop, self->subscriber);
    if (self->snapshot != NULL) {
        reactor_forget (&self->pair.loop, self->snapshot);
        zmq_close (self->snapshot);
        self->snapshot = NULL;
    }
}

static int on_snapshot (reactor *loop, void *dealer, void *arg)
{
    clone_server *self = arg;
    int rc = chp_take_item (kvmsg, dealer, &self->server.map, &self->server.sequence);
    if (rc == 1) {
        stop_following (self);
        reactor_reader (loop, self->subscriber, on_published, self);
    }
    return rc == -1 ? -1 : 0;
}

/*  Updates wait in the subscriber while the snapshot comes in.  */
static void now_passive (void *arg)
{
    clone_server *self = arg;
    stop_following (self);
    kvmap_clear (&self->server.map);
    self->snapshot = chp_connect (self->ctx, ZMQ_DEALER, self->peer, CHP_SNAPSHOT, "");
    chp_ask (self->snapshot, "");
    reactor_reader (&self->pair.loop, self->snapshot, on_snapshot, self);
}

static void now_active (void *arg)
{
    clone_server *self = arg;
    stop_following (self);
    while (self->first != NULL) {
        if (!self->first->published)
            chp_apply (&self->server, &self->first->item);
        drop (self, &self->first);
    }
}

static int on_interval (reactor *loop, void *socket, void *arg)
{
    clone_server *self = arg;
    bstar_rules *rules = &self->pair.rules;
    if (rules->state == BSTAR_ACTIVE) {
        kv alive;
        kv_init (&alive, CHP_ALIVE, "");
        int rc = kvmsg_send (&alive, self->server.publisher);
        kv_close (&alive);
        return rc == -1 ? -1 : chp_on_flush (loop, socket, &self->server);
    }
    /*  What is still one-sided while the peer lives was lost on the other side,
        or was in the snapshot already.  */
    int64_t now = zh_clock ();
    while (self->first != NULL && now < rules->peer_expiry
           && self->first->since + 4 * rules->interval < now)
        drop (self, &self->first);
    return 0;
}

static int on_ask (reactor *loop, void *router, void *arg)
{
    return chp_on_snapshot (loop, router, &((clone_server *) arg)->server);
}

int main (int argc, char **argv)
{
    int primary = bstar_is_primary (argc, argv);
    const char *base = zh_arg (argc, argv, 2, primary ? "tcp://*:5556" : "tcp://*:5566");
    const char *local = zh_arg (argc, argv, 4, primary ? "tcp://*:5003" : "tcp://*:5004");
    const char *remote
        = zh_arg (argc, argv, 5, primary ? "tcp://localhost:5004" : "tcp://localhost:5003");
    long interval = zh_argn (argc, argv, 6, 1000);

    static clone_server self;
    self.ctx = zh_begin ();
    self.last = &self.first;
    self.peer
        = zh_arg (argc, argv, 3, primary ? "tcp://localhost:5566" : "tcp://localhost:5556");
    chp_server_open (&self.server, self.ctx, base, kvmsg, ZMQ_SUB);
    zh_subscribe (self.server.collector, "");
    self.subscriber = chp_connect (self.ctx, ZMQ_SUB, self.peer, CHP_PUBLISHER, "");

    bstar_start (&self.pair, self.ctx, primary, local, remote, interval, self.server.snapshot,
                 on_ask, &self);
    self.pair.on_active = now_active;
    self.pair.on_passive = now_passive;
    reactor_reader (&self.pair.loop, self.server.collector, on_change, &self);
    reactor_timer (&self.pair.loop, interval, on_interval, &self);
    reactor_run (&self.pair.loop);

    stop_following (&self);
    while (self.first != NULL)
        drop (&self, &self.first);
    bstar_shut (&self.pair.peering);
    zmq_close (self.subscriber);
    chp_server_close (&self.server);
    zh_end (self.ctx);
    return self.pair.failed;
}
