/*
 * The hostile peers of a soak: a process without a ZeroMQ library, with a
 * thread for each kind of attack. It goes on until it is killed.
 *
 *   hostile LEDGER TARGETS SEED KINDS PACE-MS FLOOD-MS
 *
 * TARGETS has a line for each: ENDPOINT TYPE MECHANISM FLAGS. With `open` among
 * the flags a handshake may be completed there (elsewhere the peer would be given
 * honest messages), with `quiet` nothing honest comes, with `listen` it is an
 * address where honest peers expect a server of that type. KINDS are names from
 * the table below with commas between, each a counter of the ledger.
 */
#include "ledger.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { TARGETS = 64, STANDING = 8 };

struct target {
    char endpoint[128], type[16], mechanism[16], flags[32];
};

struct attacker {
    int kind;
    uint64_t random;
    int standing[STANDING], next;
};

static struct ledger *ledger;
static struct target targets[TARGETS];
static int target_count;
static uint64_t pace_ms, flood_ms;

/* ---- Octets on a connection ------------------------------------------------ */

static int address_of (const char *endpoint, struct sockaddr_storage *at, socklen_t *size)
{
    char host[96];
    int port;
    memset (at, 0, sizeof *at);
    if (strncmp (endpoint, "ipc://", 6) == 0) {
        struct sockaddr_un *un = (struct sockaddr_un *) at;
        un->sun_family = AF_UNIX;
        strncpy (un->sun_path, endpoint + 6, sizeof un->sun_path - 1);
        *size = sizeof *un;
        return AF_UNIX;
    }
    struct sockaddr_in *in = (struct sockaddr_in *) at;
    in->sin_family = AF_INET;
    if (sscanf (endpoint, "tcp://%90[^:]:%d", host, &port) == 2) {
        inet_pton (AF_INET, host, &in->sin_addr);
        in->sin_port = htons ((uint16_t) port);
    }
    *size = sizeof *in;
    return AF_INET;
}

/* -1: nobody listens. No write or read of it waits for long. */
static int dial (const struct target *t)
{
    struct sockaddr_storage at;
    socklen_t size;
    int fd = socket (address_of (t->endpoint, &at, &size), SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {0, 300000};
    setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect (fd, (struct sockaddr *) &at, size) == 0)
        return fd;
    close (fd);
    return -1;
}

/* Whether all went. */
static int put (int fd, const void *data, size_t size)
{
    return send (fd, data, size, MSG_NOSIGNAL) == (ssize_t) size;
}

static int get (int fd, size_t size)
{
    char octets[512];
    for (ssize_t got; size; size -= (size_t) got)
        if ((got = recv (fd, octets, size < sizeof octets ? size : sizeof octets, 0)) <= 0)
            return 0;
    return 1;
}

static void greeting (uint8_t *to, const char *mechanism, int minor)
{
    memset (to, 0, 64);
    to[0] = 0xff;
    to[9] = 0x7f;
    to[10] = 3;
    to[11] = (uint8_t) minor;
    memcpy (to + 12, mechanism, strlen (mechanism));
}

/* A READY command; `id` NULL for none. */
static size_t ready (uint8_t *to, const char *type, const char *id)
{
    size_t at = 2;
    memcpy (to + at, "\5READY\13Socket-Type\0\0\0", 21);
    at += 21;
    to[at++] = (uint8_t) strlen (type);
    memcpy (to + at, type, strlen (type));
    at += strlen (type);
    if (id) {
        memcpy (to + at, "\10Identity\0\0\0", 12);
        at += 12;
        to[at++] = (uint8_t) strlen (id);
        memcpy (to + at, id, strlen (id));
        at += strlen (id);
    }
    to[0] = 4;
    to[1] = (uint8_t) (at - 2);
    return at;
}

/* The type that may talk to this one. */
static const char *opposite (const char *type)
{
    static const char *const pairs[][2] = {{"PULL", "PUSH"}, {"SUB", "PUB"}, {"XSUB", "PUB"}, {"PUB", "SUB"}, {"XPUB", "SUB"},
                                           {"ROUTER", "DEALER"}, {"REP", "REQ"}, {"PAIR", "PAIR"}, {"PUSH", "PULL"},
                                           {"DEALER", "ROUTER"}, {"STREAM", "STREAM"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp (pairs[i][0], type) == 0)
            return pairs[i][1];
    return "PAIR";
}

/* A connection over which NULL has been agreed on, or -1. */
static int join (const struct target *t, const char *id)
{
    uint8_t octets[256];
    int fd = dial (t);
    if (fd == -1)
        return -1;
    greeting (octets, "NULL", 1);
    if (put (fd, octets, 64) && get (fd, 64) && put (fd, octets, ready (octets, opposite (t->type), id)) && get (fd, 2))
        return fd;
    close (fd);
    return -1;
}

static void reset (int fd)
{
    struct linger now = {1, 0};
    setsockopt (fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close (fd);
}

/* Leaves a connection as it is until STANDING others have come. */
static void leave_standing (struct attacker *a, int fd)
{
    int *place = &a->standing[a->next++ % STANDING];
    if (*place > 0)
        close (*place);
    *place = fd;
}

static void count (struct attacker *a)
{
    ADD (ledger->hostile[a->kind], 1);
}

/* ---- Choosing a target ----------------------------------------------------- */

static int flagged (const struct target *t, const char *flag)
{
    return strstr (t->flags, flag) != NULL;
}

/* One of these types ("" for any) with this flag; NULL if there is none. */
static const struct target *choose (struct attacker *a, const char *types, const char *flag)
{
    for (int tries = 0; tries < 200; tries++) {
        const struct target *t = &targets[below (&a->random, (uint64_t) target_count)];
        char type[20];
        snprintf (type, sizeof type, " %s ", t->type);
        if (!flagged (t, "listen") && flagged (t, flag) && (!*types || strstr (types, type)))
            return t;
    }
    return NULL;
}

/* ---- The kinds ------------------------------------------------------------- */

static void garbage (struct attacker *a)
{
    const struct target *t = choose (a, "", "");
    uint8_t octets[600];
    int fd = t ? dial (t) : -1;
    if (fd == -1)
        return;
    for (size_t i = 0; i < sizeof octets; i++)
        octets[i] = (uint8_t) below (&a->random, 256);
    /* Now and then the beginning is right, and once its signature. */
    uint64_t form = below (&a->random, 4);
    if (form > 1)
        greeting (octets, form == 2 ? t->mechanism : "NULL", (int) below (&a->random, 2));
    /* Anything that does not begin so is a peer of ZMTP 1 or 2, which has no type
       to be told from an honest one by. */
    if (!flagged (t, "open")) {
        octets[0] = 0xff;
        octets[9] |= 1;
        octets[10] |= 3;
    }
    put (fd, octets, 1 + (size_t) below (&a->random, sizeof octets));
    if (below (&a->random, 2))
        close (fd);
    else
        leave_standing (a, fd);
    count (a);
}

/* A greeting, a READY or a frame of which a part has come, octet by octet. */
static void slow (struct attacker *a)
{
    const struct target *t = choose (a, "", "");
    uint8_t octets[256];
    int fd = t ? dial (t) : -1;
    if (fd == -1)
        return;
    greeting (octets, strcmp (t->mechanism, "-") ? t->mechanism : "NULL", 1);
    size_t all = 64, parts;
    if (strcmp (t->mechanism, "NULL") == 0)
        all += ready (octets + 64, opposite (t->type), NULL) - 1;
    if (flagged (t, "open")) {
        memcpy (octets + ++all, "\1\100half a frame", 14); /* of two frames, 64 octets */
        all += 14;
    }
    parts = below (&a->random, all) + 1;
    size_t at = parts > 10 ? parts - 10 : 0;
    put (fd, octets, at);
    for (; at < parts; at++) {
        put (fd, octets + at, 1);
        nap_us (below (&a->random, 30000));
    }
    leave_standing (a, fd);
    count (a);
}

/* Writes one thing again and again, for `ms` or until it takes no more for a while. */
static uint64_t flood (struct attacker *a, int fd, const void *data, size_t size, uint64_t ms, int read_too)
{
    char block[8192], sink[4096];
    size_t full = 0;
    uint64_t began = now_ns (), written = 0;
    for (; full + size <= sizeof block; full += size)
        memcpy (block + full, data, size);
    while (now_ns () - began < ms * 1000000u) {
        ssize_t took = send (fd, block, full, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (took == -1 && errno != EAGAIN)
            break;
        if (took > 0 && (size_t) took < full && !put (fd, block + took, full - (size_t) took))
            break;
        written += took > 0 ? (uint64_t) took : 0;
        if (read_too)
            while (recv (fd, sink, sizeof sink, MSG_DONTWAIT) > 0)
                ;
        struct pollfd item = {fd, POLLOUT, 0};
        if (took == -1 && poll (&item, 1, 100) == 0 && !read_too)
            break;
    }
    (void) a;
    return written;
}

static uint64_t flood_time (struct attacker *a, const struct target *t)
{
    return flagged (t, "quiet") ? flood_ms : 20 + below (&a->random, 80);
}

static void ping (struct attacker *a)
{
    const struct target *t = choose (a, "", below (&a->random, 3) ? "open" : "quiet");
    int fd = t ? join (t, NULL) : -1;
    if (fd == -1)
        return;
    flood (a, fd, "\4\7\4PING\0\0", 9, flood_time (a, t), (int) below (&a->random, 2) || flagged (t, "quiet"));
    leave_standing (a, fd);
    count (a);
}

/* Messages that a SUB did not ask for. */
static void unsubscribed (struct attacker *a)
{
    const struct target *t = choose (a, " SUB XSUB ", below (&a->random, 3) ? "open" : "quiet");
    int fd = t ? join (t, NULL) : -1;
    if (fd == -1)
        return;
    flood (a, fd, "\0\13nobody asks", 13, flood_time (a, t), 0);
    leave_standing (a, fd);
    count (a);
}

/* Subscriptions of all three spellings, and some of them taken back. */
static void subscriptions (struct attacker *a)
{
    const struct target *t = choose (a, " PUB XPUB ", "open");
    int fd = t ? join (t, NULL) : -1;
    if (fd == -1)
        return;
    for (int i = 0; i < 2000; i++) {
        uint8_t frame[32] = {0, 9, (uint8_t) (below (&a->random, 4) != 0)};
        uint64_t topic = below (&a->random, 1000) + 0x74747474740000u;
        memcpy (frame + 3, &topic, 8);
        if (!put (fd, frame, 11))
            break;
    }
    leave_standing (a, fd);
    count (a);
}

/* Joins, says something or half of it, and resets. */
static void resets (struct attacker *a)
{
    const struct target *t = choose (a, "", "");
    if (!t)
        return;
    int fd = flagged (t, "open") ? join (t, NULL) : dial (t);
    if (fd == -1)
        return;
    uint8_t octets[64];
    greeting (octets, t->mechanism, 0);
    if (flagged (t, "open")) {
        put (fd, "\1\1a\0\1b", 6);
        put (fd, "\2\0\0\0\0\0\0\377\377 a long one", (size_t) below (&a->random, 20));
    } else
        put (fd, octets, (size_t) below (&a->random, sizeof octets + 1));
    reset (fd);
    count (a);
}

static void half_close (struct attacker *a)
{
    const struct target *t = choose (a, "", "");
    int fd = !t ? -1 : flagged (t, "open") ? join (t, NULL) : dial (t);
    if (fd == -1)
        return;
    if (flagged (t, "open"))
        put (fd, "\0\4last", 6);
    shutdown (fd, below (&a->random, 2) ? SHUT_WR : SHUT_RD);
    leave_standing (a, fd);
    count (a);
}

/* Fills a queue with messages that nobody sent, and goes away. */
static void foreign (struct attacker *a)
{
    const struct target *t = choose (a, " PULL ROUTER REP ", "open");
    int fd = t ? join (t, NULL) : -1;
    if (fd == -1)
        return;
    int rep = strcmp (t->type, "REP") == 0;
    flood (a, fd, rep ? "\1\0\0\7foreign" : "\0\7foreign", rep ? 11 : 9, flood_time (a, t), 0);
    if (below (&a->random, 3) == 0)
        reset (fd);
    else if (below (&a->random, 2))
        close (fd);
    else
        leave_standing (a, fd);
    count (a);
}

/* Two with one routing id, or with that of an honest peer. */
static void duplicates (struct attacker *a)
{
    const struct target *t = choose (a, " ROUTER REP ", "open");
    if (!t)
        return;
    char id[16];
    snprintf (id, sizeof id, below (&a->random, 2) ? "twin%d" : "honest%d", (int) below (&a->random, 4));
    for (int i = 0; i < 2; i++) {
        int fd = join (t, id);
        if (fd == -1)
            continue;
        flood (a, fd, "\1\0\0\7foreign", 11, 30, 0);
        if (below (&a->random, 3))
            close (fd);
        else
            leave_standing (a, fd);
    }
    count (a);
}

/* Sizes that nobody can have, reserved flags, commands of no sense. */
static void impossible (struct attacker *a)
{
    static const struct { const char *octets; size_t size; } frames[] = {
        {"\2\177\377\377\377\377\377\377\377x", 10}, {"\2\377\377\377\377\377\377\377\377x", 10}, {"\2\0\0\0\177\377\377\377\377x", 10},
        {"\370\1x", 3}, {"\4\0", 2}, {"\4\1\377", 3}, {"\4\5\5ERROR", 7}, {"\4\3\2HI", 5}, {"\4\6\11SUBSCR", 8}, {"\5\2\1x", 4}};
    const struct target *t = choose (a, "", "open");
    int fd = t ? join (t, NULL) : -1;
    if (fd == -1)
        return;
    size_t which = (size_t) below (&a->random, sizeof frames / sizeof *frames);
    put (fd, frames[which].octets, frames[which].size);
    leave_standing (a, fd);
    count (a);
}

/* A wrong word for PLAIN, a box for CURVE that cannot be opened. */
static void intruders (struct attacker *a)
{
    const struct target *t = choose (a, "", "secure");
    uint8_t octets[256];
    int fd = t ? dial (t) : -1;
    if (fd == -1)
        return;
    greeting (octets, t->mechanism, 1);
    if (put (fd, octets, 64) && get (fd, 64)) {
        for (int i = 0; i < 202; i++)
            octets[i] = (uint8_t) below (&a->random, 256);
        memcpy (octets, "\4\310\5HELLO\1\0", 10);
        if (strcmp (t->mechanism, "PLAIN") == 0)
            put (fd, "\4\20\5HELLO\4name\4worm", 18);
        else
            put (fd, octets, 202);
        if (below (&a->random, 2))
            get (fd, 64);
    }
    leave_standing (a, fd);
    count (a);
}

/* Subscribes to everything and reads nothing. */
static void deaf (struct attacker *a)
{
    const struct target *t = choose (a, " PUB XPUB ", "deaf");
    int fd = t ? join (t, NULL) : -1;
    if (fd == -1)
        return;
    put (fd, "\0\1\1", 3);
    leave_standing (a, fd);
    count (a);
    nap_us (300000);
}

/* ZMTP 1 and 2. */
static void old (struct attacker *a)
{
    const struct target *t = choose (a, "", "open");
    int fd = t ? dial (t) : -1;
    if (fd == -1)
        return;
    if (below (&a->random, 2))
        put (fd, "\1\0\4\0old\10\0foreign", 16);
    else {
        put (fd, "\377\0\0\0\0\0\0\0\1\177\1", 11);
        put (fd, "\10\0\0\0\7foreign", 12);
    }
    leave_standing (a, fd);
    count (a);
}

/* Where honest peers expect a server there is one that does not know how to be one. */
static void listeners (struct attacker *a)
{
    static int listening[TARGETS];
    struct sockaddr_storage at;
    socklen_t size;
    uint8_t octets[256];
    for (int i = 0; i < target_count; i++) {
        if (!flagged (&targets[i], "listen"))
            continue;
        if (listening[i] == 0) {
            int fd = socket (address_of (targets[i].endpoint, &at, &size), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
            setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
            if (bind (fd, (struct sockaddr *) &at, size) == 0 && listen (fd, 5) == 0)
                listening[i] = fd;
            else
                close (fd);
        }
        int fd = listening[i] ? accept (listening[i], NULL, NULL) : -1;
        if (fd == -1)
            continue;
        struct timeval patience = {0, 300000};
        setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        size_t all = 64;
        greeting (octets, "NULL", 1);
        all += ready (octets + 64, opposite (targets[i].type), NULL);
        uint64_t how = below (&a->random, 4);
        put (fd, octets, how < 2 ? all : (size_t) below (&a->random, all + 1));
        if (how == 0)
            flood (a, fd, "\0\13nobody asks", 13, 100, 0);
        if (how == 3)
            reset (fd);
        else
            leave_standing (a, fd);
        count (a);
    }
}

static const struct { const char *name; void (*run) (struct attacker *); } kinds[] = {
    {"garbage", garbage}, {"slow", slow}, {"duplicates", duplicates}, {"ping", ping}, {"unsubscribed", unsubscribed},
    {"subscriptions", subscriptions}, {"resets", resets}, {"half-close", half_close}, {"foreign", foreign},
    {"impossible", impossible}, {"intruders", intruders}, {"deaf", deaf}, {"old", old}, {"listeners", listeners}};

static void *attack (void *argument)
{
    struct attacker *a = argument;
    for (;;) {
        kinds[a->kind].run (a);
        nap_us ((1 + below (&a->random, 2 * pace_ms)) * 1000);
    }
    return NULL;
}

static void read_targets (const char *path)
{
    FILE *file = fopen (path, "r");
    for (struct target *t = targets; file && target_count < TARGETS; t++, target_count++)
        if (fscanf (file, "%127s %15s %15s %31s", t->endpoint, t->type, t->mechanism, t->flags) != 4)
            break;
    if (!file || target_count == 0) {
        fprintf (stderr, "no targets in %s\n", path);
        exit (2);
    }
    fclose (file);
}

int main (int argc, char **argv)
{
    if (argc < 7) {
        fprintf (stderr, "usage: hostile LEDGER TARGETS SEED KINDS PACE-MS FLOOD-MS\n");
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            printf ("%s\n", kinds[i].name);
        return 2;
    }
    prctl (PR_SET_PDEATHSIG, SIGKILL);
    signal (SIGPIPE, SIG_IGN);
    ledger = open_ledger (argv[1]);
    read_targets (argv[2]);
    pace_ms = strtoull (argv[5], NULL, 10);
    flood_ms = strtoull (argv[6], NULL, 10);
    static struct attacker attackers[KINDS];
    char *rest;
    for (char *name = strtok_r (argv[4], ",", &rest); name; name = strtok_r (NULL, ",", &rest))
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (strcmp (kinds[i].name, name) == 0) {
                pthread_t thread;
                attackers[i].kind = (int) i;
                attackers[i].random = mix (strtoull (argv[3], NULL, 10) + i);
                pthread_create (&thread, NULL, attack, &attackers[i]);
            }
    for (;;)
        pause ();
}
