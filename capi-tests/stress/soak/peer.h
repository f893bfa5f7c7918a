/*
 * What the parts of the soak's honest program share: a peer, its messages, its
 * timed calls. main.c reads the plan and makes the peers, roles.c and raw.c say
 * what each does, parcel.c makes and checks messages.
 */
#ifndef SOAK_PEER_H
#define SOAK_PEER_H

#include "ledger.h"

#include <zmq.h>

enum { MOST_FRAMES = 12, MOST_TAKES = 8, LIVES = 8, NAME = 96 };

/* What a receiver may find missing in a stream. */
enum rule {
    EXACT, /* nothing */
    JOIN,  /* what was sent before it came, nothing after */
    LOSSY, /* anything: its mark may be reached */
    SHARE  /* what others took; scripts/soak adds them up */
};

struct take {
    unsigned stream, taking;
    enum rule rule;
    /* The last number of each of the latest lives. */
    struct { uint64_t life, last; } seen[LIVES];
};

struct peer {
    int number;
    char role[16], type[16], type2[16], mechanism[8], style[8], id[32];
    char bind[NAME], bind2[NAME], connect[NAME], connect2[NAME], ids[NAME], topics[NAME];
    int server, nap, slow_us, hwm, burst, pace_ms, handover, timeout_ms;
    unsigned stream, life;
    struct take takes[MOST_TAKES];
    int take_count;

    void *ctx, *s;
    uint64_t random, next_burst;
    struct slot *slot;
};

/* The frames of a message as received; those beyond MOST_FRAMES are forgotten,
   and no honest message has as many. */
struct parcel {
    zmq_msg_t frames[MOST_FRAMES];
    int count, too_many;
};

/* In front of every message. `topic` is what subscriptions match. */
struct header {
    char topic[4];
    uint32_t stream;
    uint64_t magic, number;
    uint32_t life, style;
};

extern struct ledger *ledger;

/* main.c */
void fault (struct peer *p, const char *what);
int live (struct peer *p);
int running (void);
void *make_socket (struct peer *p, void *ctx, const char *type);
void set_option (struct peer *p, void *s, int option, int value);
void join_network (struct peer *p, void *s);
/* Around a call that must come back within `ms`. */
uint64_t timed_begin (struct peer *p, int ms);
void timed_end (struct peer *p, uint64_t begun, int ms);

/* parcel.c: each returns 0, or -1 with errno */
int give (struct peer *p, void *s, unsigned stream, uint64_t number, uint32_t life, int flags);
int take (struct peer *p, void *s, struct parcel *in, int flags);
void drop (struct parcel *in);
/* The header, if the message is one of ours and whole; else NULL, and counted. */
const struct header *verify (struct peer *p, struct parcel *in, int first);
void account (struct peer *p, const struct header *h);
void count_sent (unsigned stream, uint64_t number, uint64_t life);
uint64_t token (unsigned stream, uint64_t number, uint64_t life);
uint64_t own_magic (void);
struct take *take_of (struct peer *p, unsigned stream);

/* roles.c, raw.c */
typedef void role (struct peer *p);
role be_sender, be_receiver, be_req, be_rep, be_dealer, be_router, be_shouter, be_pair, be_proxy, be_visitor, be_zap;
role be_stream_server, be_stream_client, be_tcp_client;
int pause_peer (struct peer *p);
int due (struct peer *p);

#endif
