/*
 * The honest peers of a soak: one process with a context and a thread for each
 * peer of its plan.
 *
 *   peers LEDGER PLAN [IO-THREADS]
 *
 * A line of the plan is a peer, in words KEY=VALUE (see `understand`). All do
 * what the ledger's phase asks for, until it says END; then the context must
 * terminate and every descriptor be gone. Exits with 0, or says on stderr what
 * was wrong.
 */
#include "peer.h"

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct ledger *ledger;

static struct peer peers[PEERS];
static int peer_count;
static volatile int faults;

void fault (struct peer *p, const char *what)
{
    int error = errno;
    fprintf (stderr, "peer %d (%s %s, stream %u): %s (%s)\n", p->number, p->role, p->type, p->stream, what,
             zmq_strerror (error));
    ADD (p->slot->faults, 1);
    faults = 1;
    errno = error;
}

int live (struct peer *p)
{
    (void) p;
    return GET (ledger->phase) != END;
}

int running (void)
{
    return GET (ledger->phase) == RUN;
}

uint64_t timed_begin (struct peer *p, int ms)
{
    uint64_t now = now_ns ();
    PUT (p->slot->due, now + (uint64_t) ms * 1000000u);
    return now;
}

void timed_end (struct peer *p, uint64_t begun, int ms)
{
    uint64_t took = now_ns () - begun, asked = (uint64_t) ms * 1000000u, over = took > asked ? took - asked : 0;
    PUT (p->slot->due, 0);
    ADD (p->slot->checked, 1);
    if (over > p->slot->overrun)
        PUT (p->slot->overrun, over);
    if (over > GET (ledger->bound_ms) * 1000000u)
        ADD (p->slot->missed, 1);
}

void set_option (struct peer *p, void *s, int option, int value)
{
    if (zmq_setsockopt (s, option, &value, sizeof value) == -1)
        fault (p, "an option");
}

/* The keys follow from the seed, so that every process has the same. */
static void key (const char *whose, char *public, char *secret)
{
    uint8_t octets[32];
    for (int i = 0; i < 4; i++) {
        uint64_t word = mix (ledger->seed + (uint64_t) whose[0] * 8 + (uint64_t) i);
        memcpy (octets + 8 * i, &word, 8);
    }
    zmq_z85_encode (secret, octets, sizeof octets);
    zmq_curve_public (public, secret);
}

static void secure (struct peer *p, void *s)
{
    char public[41], secret[41], server[41], unused[41];
    if (strcmp (p->mechanism, "plain") == 0) {
        if (p->server)
            set_option (p, s, ZMQ_PLAIN_SERVER, 1);
        else {
            zmq_setsockopt (s, ZMQ_PLAIN_USERNAME, "name", 4);
            zmq_setsockopt (s, ZMQ_PLAIN_PASSWORD, "word", 4);
        }
    }
    if (strcmp (p->mechanism, "curve") == 0) {
        key (p->server ? "server" : "client", public, secret);
        key ("server", server, unused);
        if (p->server)
            set_option (p, s, ZMQ_CURVE_SERVER, 1);
        else {
            zmq_setsockopt (s, ZMQ_CURVE_PUBLICKEY, public, 40);
            zmq_setsockopt (s, ZMQ_CURVE_SERVERKEY, server, 40);
        }
        if (zmq_setsockopt (s, ZMQ_CURVE_SECRETKEY, secret, 40) == -1)
            fault (p, "CURVE");
    }
}

static int type_of (const char *name)
{
    static const struct { const char *name; int type; } types[] = {
        {"PAIR", ZMQ_PAIR}, {"PUB", ZMQ_PUB}, {"SUB", ZMQ_SUB}, {"REQ", ZMQ_REQ}, {"REP", ZMQ_REP},
        {"DEALER", ZMQ_DEALER}, {"ROUTER", ZMQ_ROUTER}, {"PULL", ZMQ_PULL}, {"PUSH", ZMQ_PUSH},
        {"XPUB", ZMQ_XPUB}, {"XSUB", ZMQ_XSUB}, {"STREAM", ZMQ_STREAM}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp (types[i].name, name) == 0)
            return types[i].type;
    return -1;
}

void *make_socket (struct peer *p, void *ctx, const char *type)
{
    void *s = zmq_socket (ctx, type_of (type));
    if (!s) {
        fault (p, "no socket");
        return NULL;
    }
    set_option (p, s, ZMQ_SNDHWM, p->hwm);
    set_option (p, s, ZMQ_RCVHWM, p->hwm);
    set_option (p, s, ZMQ_RCVTIMEO, p->timeout_ms);
    set_option (p, s, ZMQ_SNDTIMEO, p->timeout_ms);
    /* All has been received when sockets are closed; a hostile peer takes nothing. */
    set_option (p, s, ZMQ_LINGER, 0);
    set_option (p, s, ZMQ_RECONNECT_IVL, 100);
    set_option (p, s, ZMQ_RECONNECT_IVL_MAX, 2000);
    set_option (p, s, ZMQ_HANDSHAKE_IVL, 5000);
    if (p->id[0])
        zmq_setsockopt (s, ZMQ_ROUTING_ID, p->id, strlen (p->id));
    if (strcmp (type, "ROUTER") == 0 && strcmp (p->role, "router") == 0)
        set_option (p, s, ZMQ_ROUTER_MANDATORY, 1);
    if (p->handover)
        set_option (p, s, ZMQ_ROUTER_HANDOVER, 1);
    secure (p, s);
    return s;
}

void join_network (struct peer *p, void *s)
{
    if (p->bind[0] && zmq_bind (s, p->bind) == -1)
        fault (p, p->bind);
    if (p->connect[0] && zmq_connect (s, p->connect) == -1)
        fault (p, p->connect);
    if (p->connect2[0] && zmq_connect (s, p->connect2) == -1)
        fault (p, p->connect2);
}

static void understand_takes (struct peer *p, char *value)
{
    char *rest;
    for (char *word = strtok_r (value, ",", &rest); word; word = strtok_r (NULL, ",", &rest)) {
        struct take *t = &p->takes[p->take_count++];
        char rule;
        if (p->take_count > MOST_TAKES || sscanf (word, "%u:%u:%c", &t->stream, &t->taking, &rule) != 3)
            exit (2);
        t->rule = rule == 'e' ? EXACT : rule == 'j' ? JOIN : rule == 'l' ? LOSSY : SHARE;
    }
}

static void understand (struct peer *p, const char *name, char *value)
{
    struct { const char *name; char *at; size_t size; } texts[] = {
        {"role", p->role, sizeof p->role}, {"type", p->type, sizeof p->type}, {"type2", p->type2, sizeof p->type2},
        {"mech", p->mechanism, sizeof p->mechanism}, {"style", p->style, sizeof p->style}, {"id", p->id, sizeof p->id},
        {"bind", p->bind, NAME}, {"bind2", p->bind2, NAME}, {"connect", p->connect, NAME},
        {"connect2", p->connect2, NAME}, {"ids", p->ids, NAME}, {"topics", p->topics, NAME}};
    struct { const char *name; int *at; } numbers[] = {
        {"peer", &p->number}, {"server", &p->server}, {"nap", &p->nap}, {"slow", &p->slow_us}, {"hwm", &p->hwm},
        {"burst", &p->burst}, {"pace", &p->pace_ms}, {"handover", &p->handover}, {"stream", (int *) &p->stream},
        {"life", (int *) &p->life}};
    if (strcmp (name, "takes") == 0) {
        understand_takes (p, value);
        return;
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp (name, texts[i].name) == 0 && strlen (value) < texts[i].size) {
            strcpy (texts[i].at, value);
            return;
        }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp (name, numbers[i].name) == 0) {
            *numbers[i].at = atoi (value);
            return;
        }
    fprintf (stderr, "the plan says %s=%s\n", name, value);
    exit (2);
}

static void read_plan (const char *path)
{
    FILE *file = fopen (path, "r");
    char line[1024], *rest;
    while (file && fgets (line, sizeof line, file) && peer_count < PEERS) {
        struct peer *p = &peers[peer_count++];
        p->life = 1;
        p->hwm = 1000;
        p->burst = 20;
        p->pace_ms = 40;
        strcpy (p->style, "x");
        for (char *word = strtok_r (line, " \n", &rest); word; word = strtok_r (NULL, " \n", &rest)) {
            char *value = strchr (word, '=');
            if (!value)
                exit (2);
            *value = 0;
            understand (p, word, value + 1);
        }
        p->random = mix (ledger->seed + (uint64_t) p->number * 1000 + p->life);
        p->timeout_ms = 100 + (int) below (&p->random, 400);
        p->slot = &ledger->slots[p->number];
        PUT (p->slot->pid, (uint64_t) getpid ());
    }
    if (!file || peer_count == 0) {
        fprintf (stderr, "no plan in %s\n", path);
        exit (2);
    }
    fclose (file);
}

static void *run_peer (void *argument)
{
    static const struct { const char *name; role *run; } roles[] = {
        {"send", be_sender}, {"receive", be_receiver}, {"req", be_req}, {"rep", be_rep}, {"dealer", be_dealer},
        {"router", be_router}, {"shout", be_shouter}, {"pair", be_pair}, {"proxy", be_proxy}, {"visit", be_visitor},
        {"zap", be_zap}, {"stream", be_stream_server}, {"client", be_stream_client}, {"tcp", be_tcp_client}};
    struct peer *p = argument;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strcmp (roles[i].name, p->role) == 0)
            roles[i].run (p);
    PUT (p->slot->due, 0);
    PUT (p->slot->ended, 1);
    return NULL;
}

static int descriptors (void)
{
    int count = 0;
    DIR *dir = opendir ("/proc/self/fd");
    while (dir && readdir (dir))
        count++;
    if (dir)
        closedir (dir);
    return count;
}

/* What has been allocated and not freed, which resident memory hides behind what
   the allocator keeps. */
static uint64_t heap_in_use (void)
{
    struct mallinfo2 it = mallinfo2 ();
    return it.uordblks + it.hblkhd;
}

int main (int argc, char **argv)
{
    if (argc < 3) {
        fprintf (stderr, "usage: peers LEDGER PLAN [IO-THREADS]\n");
        return 2;
    }
    prctl (PR_SET_PDEATHSIG, SIGKILL);
    signal (SIGPIPE, SIG_IGN);
    ledger = open_ledger (argv[1]);
    read_plan (argv[2]);
    int before = descriptors ();
    void *ctx = zmq_ctx_new ();
    zmq_ctx_set (ctx, ZMQ_IO_THREADS, argc > 3 ? atoi (argv[3]) : 1);
    pthread_t threads[PEERS];
    pthread_attr_t small;
    pthread_attr_init (&small);
    pthread_attr_setstacksize (&small, 256 * 1024);
    for (int i = 0; i < peer_count; i++) {
        struct peer *p = &peers[i];
        p->ctx = ctx;
        /* A ZAP handler is there before anybody needs it. */
        if (strcmp (p->role, "zap") == 0) {
            p->s = make_socket (p, ctx, p->type);
            join_network (p, p->s);
        }
        if (pthread_create (&threads[i], &small, run_peer, p) != 0)
            return 2;
    }
    /* One half of the processes ends by the context, the other by its threads. */
    while (GET (ledger->phase) != END) {
        nap_us (200000);
        if (GET (ledger->phase) == REST)
            PUT (peers[0].slot->heap, heap_in_use ());
    }
    if (argc > 3 && atoi (argv[3]) > 1)
        zmq_ctx_shutdown (ctx);
    for (int i = 0; i < peer_count; i++)
        if (strcmp (peers[i].role, "proxy") != 0 && strcmp (peers[i].role, "zap") != 0)
            pthread_join (threads[i], NULL);
    zmq_ctx_shutdown (ctx);
    for (int i = 0; i < peer_count; i++)
        if (strcmp (peers[i].role, "proxy") == 0 || strcmp (peers[i].role, "zap") == 0)
            pthread_join (threads[i], NULL);
    zmq_ctx_term (ctx);
    int after = descriptors ();
    if (after > before) {
        fprintf (stderr, "%d descriptors are left after zmq_ctx_term\n", after - before);
        faults = 1;
    }
    return faults ? 1 : 0;
}
