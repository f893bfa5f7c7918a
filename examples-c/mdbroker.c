/*  mdbroker [-v] [endpoint [heartbeat_ms]]

    Majordomo: a broker for services (MDP/0.1, RFC 7). Workers register for a
    service by name, clients ask for a service by name; the broker queues the
    requests of each service and gives each to the worker that has been idle
    the longest. Heartbeats (2500 ms) go both ways: a worker silent for three
    of them gets no more requests, and workers notice a broker that is gone.
    One ROUTER socket serves everybody.

        mdbroker -v &  mdworker -v &  mdclient 10

    The broker itself answers requests for "mmi.service" (RFC 8): 200 if the
    service named in the request has a worker, 404 if not; see mmiecho.  */

#include "mdp.h"

/*  A waiting request: [client][empty][content...], as many frames as it has.  */
typedef struct request {
    struct request *next;
    int count;
    zmq_msg_t frame[];
} request;

typedef struct service {
    struct service *next;
    request *first, **last;
    char name[256];
} service;

typedef struct worker {
    struct worker *next;
    service *service;
    zh_id id;
    unsigned long idle_since; /*  0: busy; else smaller is earlier  */
    int64_t expiry;
} worker;

static void *router;
static service *services;
static worker *workers;
static unsigned long idle_turn;
static long interval;
static int verbose;

static service *find_service (const char *name)
{
    service *at = services;
    while (at != NULL && strcmp (at->name, name) != 0)
        at = at->next;
    if (at == NULL && (at = calloc (1, sizeof *at)) != NULL) {
        snprintf (at->name, sizeof at->name, "%s", name);
        at->last = &at->first;
        at->next = services;
        services = at;
        if (verbose)
            printf ("I: added service %s\n", name);
    }
    if (at == NULL)
        zh_fail ("calloc");
    return at;
}

static worker *find_worker (const zh_id *id)
{
    worker *at = workers;
    while (at != NULL && !zh_id_equal (&at->id, id))
        at = at->next;
    return at;
}

static void forget_worker (worker *gone)
{
    worker **link = &workers;
    while (*link != gone)
        link = &(*link)->next;
    *link = gone->next;
    free (gone);
}

static int send_worker (const zh_id *id, const char *command, zh_message *message)
{
    zp_insert (message, 0, command);
    zp_insert (message, 0, MDP_WORKER);
    zp_insert (message, 0, "");
    zp_insert_id (message, 0, id);
    if (verbose)
        printf ("I: sending %s to worker\n", mdp_command (message, 3));
    return zh_message_send (message, 0, router);
}

static int send_client (const zh_id *id, const char *name, zh_message *message)
{
    zp_insert (message, 0, name);
    zp_insert (message, 0, MDP_CLIENT);
    zp_insert (message, 0, "");
    zp_insert_id (message, 0, id);
    return zh_message_send (message, 0, router);
}

static void enqueue (service *to, zh_message *message)
{
    size_t frames = (size_t) message->count;
    request *waiting = malloc (sizeof *waiting + frames * sizeof waiting->frame[0]);
    if (waiting == NULL)
        zh_fail ("malloc");
    waiting->next = NULL;
    waiting->count = message->count;
    for (int n = 0; n < message->count; n++) {
        zmq_msg_init (&waiting->frame[n]);
        zmq_msg_move (&waiting->frame[n], &message->frame[n]);
    }
    zh_message_close (message);
    *to->last = waiting;
    to->last = &waiting->next;
}

static void dequeue (service *from, zh_message *message)
{
    request *waiting = from->first;
    from->first = waiting->next;
    if (from->first == NULL)
        from->last = &from->first;
    message->count = waiting->count;
    for (int n = 0; n < waiting->count; n++) {
        zmq_msg_init (&message->frame[n]);
        zmq_msg_move (&message->frame[n], &waiting->frame[n]);
        zmq_msg_close (&waiting->frame[n]);
    }
    free (waiting);
}

static void forget_silent (void)
{
    int64_t now = zh_clock ();
    for (worker *at = workers, *next; at != NULL; at = next) {
        next = at->next;
        if (at->idle_since > 0 && at->expiry <= now) {
            printf ("W: a worker of %s is gone\n", at->service->name);
            forget_worker (at);
        }
    }
}

static int dispatch (service *of)
{
    forget_silent ();
    while (of->first != NULL) {
        worker *chosen = NULL;
        for (worker *at = workers; at != NULL; at = at->next)
            if (at->service == of && at->idle_since > 0
                && (chosen == NULL || at->idle_since < chosen->idle_since))
                chosen = at;
        if (chosen == NULL)
            return 0;
        zh_message message;
        dequeue (of, &message);
        chosen->idle_since = 0;
        if (send_worker (&chosen->id, MDP_REQUEST, &message) == -1)
            return -1;
    }
    return 0;
}

static int now_idle (worker *who)
{
    who->idle_since = ++idle_turn;
    who->expiry = zh_clock () + MDP_LIVENESS * interval;
    return dispatch (who->service);
}

/*  A worker registers: [service]. Twice is a mistake.  */
static int on_ready (const zh_id *id, worker *known, zh_message *message)
{
    char name[256];
    zp_text (message, 0, name, sizeof name);
    zh_message_close (message);
    if (known != NULL || strncmp (name, "mmi.", 4) == 0) {
        if (known != NULL)
            forget_worker (known);
        return send_worker (id, MDP_DISCONNECT, message);
    }
    worker *added = calloc (1, sizeof *added);
    if (added == NULL)
        zh_fail ("calloc");
    added->id = *id;
    added->service = find_service (name);
    added->next = workers;
    workers = added;
    printf ("I: worker for %s\n", name);
    return now_idle (added);
}

/*  [command][...] of a worker.  */
static int from_worker (const zh_id *id, zh_message *message)
{
    worker *known = find_worker (id);
    const char *command = mdp_command (message, 0);
    if (verbose)
        printf ("I: received %s from worker\n", command);
    zp_drop (message, 0, 1);
    if (strcmp (command, "READY") == 0)
        return on_ready (id, known, message);
    if (known != NULL && strcmp (command, "REPLY") == 0 && message->count > 2) {
        zh_id client;
        zh_id_of (&client, &message->frame[0]);
        zp_drop (message, 0, 2);
        return send_client (&client, known->service->name, message) == -1 ? -1 : now_idle (known);
    }
    zh_message_close (message);
    if (known == NULL && strcmp (command, "DISCONNECT") != 0)
        /*  Of a time before we were started, or silent for too long: it is to
            register again.  */
        return send_worker (id, MDP_DISCONNECT, message);
    if (known != NULL && strcmp (command, "HEARTBEAT") == 0)
        known->expiry = zh_clock () + MDP_LIVENESS * interval;
    if (known != NULL && strcmp (command, "DISCONNECT") == 0)
        forget_worker (known);
    return 0;
}

/*  [name] of a service: the content becomes the status.  */
static int management (const zh_id *client, const char *name, zh_message *message)
{
    const char *status = "501";
    if (strcmp (name, "mmi.service") == 0) {
        char asked[256];
        zp_text (message, message->count - 1, asked, sizeof asked);
        status = "404";
        for (worker *at = workers; at != NULL; at = at->next)
            if (strcmp (at->service->name, asked) == 0)
                status = "200";
    }
    zh_message_close (message);
    zp_append (message, status);
    return send_client (client, name, message);
}

/*  [service][content...] of a client.  */
static int from_client (const zh_id *id, zh_message *message)
{
    char name[256];
    zp_text (message, 0, name, sizeof name);
    zp_drop (message, 0, 1);
    forget_silent ();
    if (strncmp (name, "mmi.", 4) == 0)
        return management (id, name, message);
    zp_insert (message, 0, "");
    zp_insert_id (message, 0, id);
    service *wanted = find_service (name);
    enqueue (wanted, message);
    return dispatch (wanted);
}

/*  [sender][empty][MDPC01 or MDPW01][...]  */
static int from_anybody (void)
{
    zh_message message;
    if (zh_message_recv (&message, router) == -1)
        return -1;
    zh_id sender;
    zh_id_of (&sender, &message.frame[0]);
    int client = zh_frame_is (&message, 2, MDP_CLIENT) && message.count > 4;
    int worker = zh_frame_is (&message, 2, MDP_WORKER) && message.count > 3;
    zp_drop (&message, 0, 3);
    if (client)
        return from_client (&sender, &message);
    if (worker)
        return from_worker (&sender, &message);
    puts ("E: invalid message");
    zh_message_close (&message);
    return 0;
}

static int heartbeat (void)
{
    forget_silent ();
    for (worker *at = workers; at != NULL; at = at->next) {
        zh_message message = {0};
        if (at->idle_since > 0 && send_worker (&at->id, MDP_HEARTBEAT, &message) == -1)
            return -1;
    }
    return 0;
}

static void clean_up (void)
{
    while (workers != NULL)
        forget_worker (workers);
    while (services != NULL) {
        service *gone = services;
        services = gone->next;
        zh_message message;
        while (gone->first != NULL) {
            dequeue (gone, &message);
            zh_message_close (&message);
        }
        free (gone);
    }
}

int main (int argc, char **argv)
{
    verbose = mdp_verbose (&argc, &argv);
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5555");
    interval = zh_argn (argc, argv, 2, MDP_INTERVAL);

    void *ctx = zh_begin ();
    router = zh_socket (ctx, ZMQ_ROUTER, 0);
    /*  A ROUTER drops what is over the limit; here the queues are ours.  */
    int no_limit = 0;
    zmq_setsockopt (router, ZMQ_SNDHWM, &no_limit, sizeof no_limit);
    zh_bind (router, endpoint);
    puts ("I: broker is active");

    zmq_pollitem_t items[] = {{router, 0, ZMQ_POLLIN, 0}};
    int64_t next = zh_clock () + interval;
    for (;;) {
        int64_t wait = next - zh_clock ();
        if (zh_poll (items, 1, wait > 0 ? (long) wait : 0) == -1
            || (items[0].revents && from_anybody () == -1))
            break;
        if (zh_clock () >= next) {
            if (heartbeat () == -1)
                break;
            next = zh_clock () + interval;
        }
    }
    clean_up ();
    zmq_close (router);
    zh_end (ctx);
    return 0;
}
