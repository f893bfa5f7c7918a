/*  The Clustered Hashmap Protocol (CHP, RFC 12) between clone servers and
    clients: the words, the three endpoints of a server, and both ends of it.
    The programs choose the form on the wire and which parts they use.

    A server is one base endpoint: snapshots are asked for there, updates are
    published at the next and collected at the one after that. For TCP that is
    the next port, for ipc a number is added to the path.

    A client subscribes first and asks for the snapshot then, and of what was
    published meanwhile takes what is newer than the snapshot. The two go over
    connections of their own, so an update can still slip through when the
    subscription is the later one to arrive; a jump in the numbers shows it.  */

#ifndef CHP_H
#define CHP_H

#include "kvmsg.h"
#include "kvsimple.h"
#include "reactor.h"

#define CHP_ASK "ICANHAZ?"
#define CHP_END "KTHXBAI"
#define CHP_ALIVE "HUGZ"

#define CHP_SERVER "tcp://*:5556"
#define CHP_CLIENT "tcp://localhost:5556"

enum { CHP_SNAPSHOT, CHP_PUBLISHER, CHP_COLLECTOR };

static inline const char *chp_endpoint (char *text, size_t size, const char *base, int offset)
{
    const char *port = strrchr (base, ':');
    if (strncmp (base, "tcp://", 6) == 0)
        snprintf (text, size, "%.*s:%ld", (int) (port - base), base, atol (port + 1) + offset);
    else
        snprintf (text, size, "%s-%d", base, offset);
    return text;
}

static inline void *chp_bind (void *ctx, int type, const char *base, int offset)
{
    char endpoint[320];
    void *socket = zh_socket (ctx, type, 0);
    zh_bind (socket, chp_endpoint (endpoint, sizeof endpoint, base, offset));
    return socket;
}

/*  A SUB subscribes to `subtree` before it connects.  */
static inline void *chp_connect (void *ctx, int type, const char *base, int offset,
                                 const char *subtree)
{
    char endpoint[320];
    void *socket = zh_socket (ctx, type, 0);
    if (type == ZMQ_SUB)
        zh_subscribe (socket, subtree);
    zh_connect (socket, chp_endpoint (endpoint, sizeof endpoint, base, offset));
    return socket;
}

/*  Server  */

typedef struct {
    void *snapshot;  /*  ROUTER  */
    void *publisher; /*  PUB  */
    void *collector; /*  PULL, in model 6 SUB; NULL in model 2  */
    kv_form form;
    kvmap map;
    int64_t sequence;
} chp_server;

static inline void chp_server_open (chp_server *self, void *ctx, const char *base, kv_form form,
                                    int collector_type)
{
    memset (self, 0, sizeof *self);
    self->form = form;
    self->snapshot = chp_bind (ctx, ZMQ_ROUTER, base, CHP_SNAPSHOT);
    self->publisher = chp_bind (ctx, ZMQ_PUB, base, CHP_PUBLISHER);
    if (collector_type != -1)
        self->collector = chp_bind (ctx, collector_type, base, CHP_COLLECTOR);
}

static inline void chp_server_close (chp_server *self)
{
    kvmap_clear (&self->map);
    zmq_close (self->snapshot);
    zmq_close (self->publisher);
    if (self->collector != NULL)
        zmq_close (self->collector);
}

static inline void chp_store (kvmap *map, kv *item)
{
    char seconds[16];
    kvmsg_property (item, "ttl", seconds, sizeof seconds);
    item->expiry = *seconds != '\0' ? zh_clock () + (int64_t) (atof (seconds) * 1000) : 0;
    kvmap_store (map, item);
}

/*  The next update: gets its number, is published and stored.  */
static inline int chp_apply (chp_server *self, kv *item)
{
    item->sequence = ++self->sequence;
    chp_store (&self->map, item);
    printf ("I: update %lld, %ld keys\n", (long long) self->sequence, self->map.count);
    return self->form.send (item, self->publisher);
}

typedef struct {
    chp_server *server;
    zh_id client;
    char subtree[KV_TEXT];
} chp_request;

static inline int chp_send_item (kv *item, void *arg)
{
    chp_request *request = arg;
    if (strncmp (item->key, request->subtree, strlen (request->subtree)) != 0)
        return 0;
    return zh_id_send (&request->client, request->server->snapshot) == -1
             ? -1 : request->server->form.send (item, request->server->snapshot);
}

/*  Reader: [client][ICANHAZ?], perhaps with [subtree].  */
static inline int chp_on_snapshot (reactor *loop, void *socket, void *arg)
{
    (void) loop;
    chp_request request = {.server = arg};
    zh_message message;
    if (zh_message_recv (&message, socket) == -1)
        return -1;
    int valid = zh_frame_is (&message, 1, CHP_ASK);
    zh_id_of (&request.client, &message.frame[0]);
    zp_text (&message, 2, request.subtree, sizeof request.subtree);
    zh_message_close (&message);
    if (!valid) {
        puts ("E: bad request");
        return 0;
    }
    printf ("I: sending snapshot %lld\n", (long long) request.server->sequence);
    kv end;
    kv_init (&end, CHP_END, request.subtree);
    end.sequence = request.server->sequence;
    int rc = kvmap_each (&request.server->map, chp_send_item, &request);
    request.subtree[0] = '\0';
    if (rc != -1)
        rc = chp_send_item (&end, &request);
    kv_close (&end);
    return rc;
}

/*  Reader: an update of a client.  */
static inline int chp_on_update (reactor *loop, void *socket, void *arg)
{
    (void) loop;
    chp_server *self = arg;
    kv item;
    if (self->form.recv (&item, socket) == -1)
        return -1;
    int rc = item.key[0] != '\0' ? chp_apply (self, &item) : 0;
    kv_close (&item);
    return rc;
}

static inline int chp_expire (kv *item, void *arg)
{
    if (item->expiry == 0 || item->expiry > zh_clock ())
        return 0;
    kv gone;
    kv_init (&gone, item->key, "");
    printf ("I: %s has expired\n", gone.key);
    kvmsg_new_uuid (&gone);
    int rc = chp_apply (arg, &gone);
    kv_close (&gone);
    return rc;
}

/*  Timer: removes keys whose time has come, with an update for everybody.  */
static inline int chp_on_flush (reactor *loop, void *socket, void *arg)
{
    (void) loop;
    (void) socket;
    return kvmap_each (&((chp_server *) arg)->map, chp_expire, arg);
}

/*  The whole server of models 3 to 5; looks for expired keys every flush_ms,
    if that is not -1.  */
static inline void chp_serve (const char *base, kv_form form, long flush_ms)
{
    void *ctx = zh_begin ();
    static chp_server server;
    chp_server_open (&server, ctx, base, form, ZMQ_PULL);
    reactor loop;
    reactor_init (&loop);
    reactor_reader (&loop, server.snapshot, chp_on_snapshot, &server);
    reactor_reader (&loop, server.collector, chp_on_update, &server);
    if (flush_ms != -1)
        reactor_timer (&loop, flush_ms, chp_on_flush, &server);
    reactor_run (&loop);
    chp_server_close (&server);
    zh_end (ctx);
}

/*  Client  */

typedef struct {
    void *snapshot;   /*  DEALER  */
    void *subscriber; /*  SUB  */
    void *publisher;  /*  PUSH, NULL in model 2  */
    const char *subtree;
    kv_form form;
    kvmap map;
    int64_t sequence;
} chp_client;

static inline void chp_client_close (chp_client *self)
{
    kvmap_clear (&self->map);
    zmq_close (self->snapshot);
    zmq_close (self->subscriber);
    if (self->publisher != NULL)
        zmq_close (self->publisher);
}

static inline int chp_ask (void *dealer, const char *subtree)
{
    return *subtree == '\0' ? zh_send (dealer, CHP_ASK)
         : zh_send_more (dealer, CHP_ASK) == -1 ? -1 : zh_send (dealer, subtree);
}

/*  One item of a snapshot: 1 if it was the last, -1 on a stop.  */
static inline int chp_take_item (kv_form form, void *dealer, kvmap *map, int64_t *sequence)
{
    kv item;
    if (form.recv (&item, dealer) == -1)
        return -1;
    int end = strcmp (item.key, CHP_END) == 0;
    if (end) {
        *sequence = item.sequence;
        printf ("I: snapshot %lld, %ld keys\n", (long long) *sequence, map->count);
    } else if (item.key[0] != '\0')
        chp_store (map, &item);
    kv_close (&item);
    return end;
}

/*  Connects and waits for the snapshot; -1 on a stop.  */
static inline int chp_client_open (chp_client *self, void *ctx, const char *base,
                                   const char *subtree, kv_form form, int updates)
{
    memset (self, 0, sizeof *self);
    self->form = form;
    self->subtree = subtree;
    self->subscriber = chp_connect (ctx, ZMQ_SUB, base, CHP_PUBLISHER, subtree);
    self->snapshot = chp_connect (ctx, ZMQ_DEALER, base, CHP_SNAPSHOT, "");
    if (updates)
        self->publisher = chp_connect (ctx, ZMQ_PUSH, base, CHP_COLLECTOR, "");
    int rc = chp_ask (self->snapshot, subtree);
    while (rc != -1 && rc != 1)
        rc = chp_take_item (form, self->snapshot, &self->map, &self->sequence);
    return rc;
}

/*  Takes updates for `ms`, -1 for ever; -1 on a stop.  */
static inline int chp_client_follow (chp_client *self, long ms)
{
    int64_t end = zh_clock () + ms;
    zmq_pollitem_t items[] = {{self->subscriber, 0, ZMQ_POLLIN, 0}};
    for (int64_t left = ms; ms == -1 || left > 0; left = end - zh_clock ()) {
        int ready = zh_poll (items, 1, ms == -1 ? -1 : (long) left);
        if (ready < 1)
            return ready;
        kv item;
        if (self->form.recv (&item, self->subscriber) == -1)
            return -1;
        /*  What the snapshot contains already is no news.  */
        if (item.key[0] != '\0' && item.sequence > self->sequence) {
            char value[KV_TEXT];
            self->sequence = item.sequence;
            chp_store (&self->map, &item);
            kv_get (&item, value, sizeof value);
            printf ("I: update %lld, %s%s%s, %ld keys\n", (long long) item.sequence, item.key,
                    *value != '\0' ? "=" : " removed", value, self->map.count);
        }
        kv_close (&item);
    }
    return 0;
}

/*  Sends an update of a random key below the subtree; with a time to live of
    up to `ttl` seconds unless that is 0.  */
static inline int chp_client_update (chp_client *self, long ttl)
{
    char key[KV_TEXT], value[24];
    snprintf (key, sizeof key, "%s%ld", self->subtree, zh_random (10000));
    snprintf (value, sizeof value, "%ld", zh_random (1000000));
    kv item;
    kv_init (&item, key, value);
    kvmsg_new_uuid (&item);
    if (ttl > 0) {
        snprintf (value, sizeof value, "%ld", 1 + zh_random (ttl));
        kvmsg_add_property (&item, "ttl", value);
    }
    int rc = self->form.send (&item, self->publisher);
    kv_close (&item);
    return rc;
}

#endif
