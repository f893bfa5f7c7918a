/*
 * What each honest peer does. All have the same shape: while the phase is RUN
 * they send, in every phase they receive what is there, and every call that
 * waits has a timeout which the ledger holds it to.
 *
 * ETERM ends a role wherever it comes.
 */
#include "peer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { WINDOW = 60, REST_MS = 500, DELIVERY_MS = 30000 };

static int receive_timed (struct peer *p, struct parcel *in)
{
    uint64_t begun = timed_begin (p, p->timeout_ms);
    int rc = take (p, p->s, in, 0), error = errno;
    timed_end (p, begun, p->timeout_ms);
    errno = error;
    if (rc == -1 && error != EAGAIN && error != ETERM)
        fault (p, "zmq_msg_recv");
    return rc;
}

/* 1: sent. 0: not now. -1: the end. */
static int send_timed (struct peer *p, unsigned stream, uint64_t number, uint64_t life, int flags)
{
    uint64_t begun = timed_begin (p, p->timeout_ms);
    int rc = give (p, p->s, stream, number, (uint32_t) life, flags), error = errno;
    /* A message of many frames waits once only. */
    timed_end (p, begun, p->timeout_ms);
    if (rc == 0) {
        count_sent (stream, number, life);
        return 1;
    }
    errno = error;
    if (error == EAGAIN)
        return 0;
    if (error != ETERM)
        fault (p, "zmq_msg_send");
    return -1;
}

/* Waits for input. 1: there is some. 0: not in time. -1: the end. */
static int poll_timed (struct peer *p, int ms)
{
    zmq_pollitem_t item = {p->s, 0, ZMQ_POLLIN, 0};
    uint64_t begun = timed_begin (p, ms);
    int rc = zmq_poll (&item, 1, ms), error = errno;
    timed_end (p, begun, ms);
    errno = error;
    if (rc == -1 && error != ETERM)
        fault (p, "zmq_poll");
    return rc;
}

/* Between what a peer has to do. -1: the end. */
int pause_peer (struct peer *p)
{
    if (!running ())
        return poll_timed (p, REST_MS);
    return poll_timed (p, 1 + (int) below (&p->random, (uint64_t) p->pace_ms));
}

/* Whether it is time for the next burst. */
int due (struct peer *p)
{
    uint64_t now = now_ns ();
    if (!running () || now < p->next_burst)
        return 0;
    p->next_burst = now + below (&p->random, (uint64_t) p->pace_ms * 1000000u);
    return 1;
}

/* A receiver that is busy elsewhere while all rest leaves its queues full. */
static int naps (struct peer *p)
{
    if (!p->nap || GET (ledger->phase) != REST || (GET (ledger->cycle) + (uint64_t) p->number) % 2)
        return 0;
    nap_us (REST_MS * 1000);
    return 1;
}

static void close_socket (struct peer *p)
{
    if (zmq_close (p->s) == -1)
        fault (p, "zmq_close");
}

static void open_socket (struct peer *p)
{
    p->s = make_socket (p, p->ctx, p->type);
    char topics[NAME], *rest;
    strcpy (topics, p->topics);
    for (char *topic = strtok_r (topics, ",", &rest); topic; topic = strtok_r (NULL, ",", &rest))
        zmq_setsockopt (p->s, ZMQ_SUBSCRIBE, topic, strlen (topic));
    join_network (p, p->s);
}

/* PUSH, PUB */
void be_sender (struct peer *p)
{
    open_socket (p);
    uint64_t number = 0;
    int rc = 0;
    while (live (p) && rc != -1) {
        if (running ())
            for (uint64_t left = 1 + below (&p->random, (uint64_t) p->burst); left && running () && rc != -1; left--) {
                rc = send_timed (p, p->stream, number + 1, p->life, 0);
                number += rc == 1;
            }
        if (rc != -1)
            rc = pause_peer (p);
    }
    close_socket (p);
}

/* PULL, SUB: by a receive with a timeout, or by a poll and what is there. */
void be_receiver (struct peer *p)
{
    open_socket (p);
    struct parcel in;
    for (int rc = 0; live (p);) {
        if (naps (p))
            continue;
        if (below (&p->random, 2))
            rc = receive_timed (p, &in);
        else if ((rc = poll_timed (p, p->timeout_ms)) == 1)
            rc = take (p, p->s, &in, ZMQ_DONTWAIT);
        else if (rc == 0) {
            rc = -1;
            errno = EAGAIN;
        }
        if (rc == -1) {
            if (errno == ETERM)
                break;
            continue;
        }
        const struct header *h = verify (p, &in, 0);
        if (h)
            account (p, h);
        drop (&in);
        if (h && p->slow_us)
            nap_us (below (&p->random, (uint64_t) p->slow_us));
    }
    close_socket (p);
}

/* 0, or -1 at the end. Replies to a life before this one are let go. */
static int await_reply (struct peer *p)
{
    struct parcel in;
    while (live (p)) {
        if (receive_timed (p, &in) == -1) {
            if (errno == ETERM)
                return -1;
            continue;
        }
        const struct header *h = verify (p, &in, 0);
        if (h && h->life == p->life)
            account (p, h);
        drop (&in);
        return 0;
    }
    return -1;
}

void be_req (struct peer *p)
{
    open_socket (p);
    for (uint64_t number = 0; live (p);) {
        int rc = running () ? send_timed (p, p->stream, number + 1, p->life, 0) : 0;
        if (rc == -1 || (rc == 1 && await_reply (p) == -1))
            break;
        number += rc == 1;
        if (pause_peer (p) == -1)
            break;
    }
    close_socket (p);
}

/* Answers a message of stream n with the same number of stream n + 1. */
void be_rep (struct peer *p)
{
    open_socket (p);
    struct parcel in;
    while (live (p)) {
        if (naps (p))
            continue;
        if (receive_timed (p, &in) == -1) {
            if (errno == ETERM)
                break;
            continue;
        }
        const struct header *h = verify (p, &in, 0);
        int rc;
        if (h) {
            account (p, h);
            rc = send_timed (p, h->stream + 1, h->number, h->life, 0);
        } else
            rc = zmq_send (p->s, "?", 1, 0);
        drop (&in);
        if (rc == 0 && h)
            fault (p, "REP cannot send a reply");
        if (rc == -1) {
            if (errno == ETERM)
                break;
            fault (p, "REP cannot reply");
        }
    }
    close_socket (p);
}

/* Sends while less than a window is on its way, takes the echoes. */
void be_dealer (struct peer *p)
{
    open_socket (p);
    struct parcel in;
    uint64_t sent = 0, back = 0;
    int rc = 0;
    while (live (p) && rc != -1) {
        uint64_t burst = due (p) ? 1 + below (&p->random, (uint64_t) p->burst) : 0;
        for (; running () && burst && sent - back < WINDOW && rc != -1; burst--) {
            rc = send_timed (p, p->stream, sent + 1, p->life, 0);
            sent += rc == 1;
        }
        if (rc != -1)
            rc = pause_peer (p);
        while (rc == 1 && take (p, p->s, &in, ZMQ_DONTWAIT) == 0) {
            const struct header *h = verify (p, &in, 0);
            if (h && h->life == p->life) {
                account (p, h);
                back = h->number;
            } else if (h)
                ADD (ledger->takings[take_of (p, h->stream)->taking].late, 1);
            drop (&in);
        }
    }
    close_socket (p);
}

/* Echoes to where it came from. A peer that is gone gets nothing. */
static int echo (struct peer *p, struct parcel *in, const struct header *h)
{
    while (live (p)) {
        uint64_t begun = timed_begin (p, p->timeout_ms);
        int rc = zmq_send (p->s, zmq_msg_data (&in->frames[0]), zmq_msg_size (&in->frames[0]), ZMQ_SNDMORE);
        int error = errno;
        timed_end (p, begun, p->timeout_ms);
        if (rc != -1) {
            rc = send_timed (p, h->stream + 1, h->number, h->life, 0);
            if (rc == 0)
                fault (p, "EAGAIN behind an id");
            return rc == -1 ? -1 : 0;
        }
        errno = error;
        if (error == EHOSTUNREACH)
            return 0;
        if (error != EAGAIN)
            return -1;
    }
    return -1;
}

void be_router (struct peer *p)
{
    open_socket (p);
    struct parcel in;
    while (live (p)) {
        if (naps (p))
            continue;
        if (receive_timed (p, &in) == -1) {
            if (errno == ETERM)
                break;
            continue;
        }
        const struct header *h = verify (p, &in, 1);
        int rc = 0;
        if (h) {
            account (p, h);
            rc = echo (p, &in, h);
        }
        drop (&in);
        if (rc == -1) {
            if (errno != ETERM && live (p))
                fault (p, "ROUTER cannot send");
            break;
        }
    }
    close_socket (p);
}

/* A ROUTER that sends beyond its mark without being asked: what does not fit is dropped. */
void be_shouter (struct peer *p)
{
    open_socket (p);
    uint64_t numbers[MOST_TAKES] = {0};
    int rc = 0;
    while (live (p) && rc != -1) {
        char ids[NAME], *rest;
        strcpy (ids, p->ids);
        unsigned i = 0;
        int burst = due (p) ? p->burst : 0;
        for (char *id = strtok_r (ids, ",", &rest); id; id = strtok_r (NULL, ",", &rest), i++)
            for (int left = burst; left && rc != -1; left--) {
                rc = zmq_send (p->s, id, strlen (id), ZMQ_SNDMORE);
                if (rc != -1)
                    rc = send_timed (p, p->stream + i, ++numbers[i], p->life, 0);
            }
        if (rc != -1 && (rc = pause_peer (p)) == 1) {
            struct parcel in;
            if (take (p, p->s, &in, ZMQ_DONTWAIT) == 0) {
                verify (p, &in, 1);
                drop (&in);
            }
        }
    }
    if (rc == -1 && errno != ETERM)
        fault (p, "ROUTER cannot send");
    close_socket (p);
}

void be_pair (struct peer *p)
{
    open_socket (p);
    struct parcel in;
    uint64_t number = 0;
    int rc = 0;
    while (live (p) && rc != -1) {
        uint64_t burst = due (p) ? 1 + below (&p->random, (uint64_t) p->burst) : 0;
        for (; burst && running () && rc != -1; burst--) {
            rc = send_timed (p, p->stream, number + 1, p->life, ZMQ_DONTWAIT);
            number += rc == 1;
        }
        if (rc != -1)
            rc = pause_peer (p);
        while (rc == 1 && take (p, p->s, &in, ZMQ_DONTWAIT) == 0) {
            const struct header *h = verify (p, &in, 0);
            if (h)
                account (p, h);
            drop (&in);
        }
    }
    close_socket (p);
}

/* Ends with the context. */
void be_proxy (struct peer *p)
{
    void *front = make_socket (p, p->ctx, p->type), *back = make_socket (p, p->ctx, p->type2);
    if (zmq_bind (front, p->bind) == -1 || zmq_bind (back, p->bind2) == -1)
        fault (p, "a proxy cannot bind");
    if (zmq_proxy (front, back, NULL) != -1 || errno != ETERM)
        fault (p, "zmq_proxy");
    zmq_close (front);
    zmq_close (back);
}

/* Comes, sends, closes without waiting for delivery, and expects it all the
   same; every other time with a context of its own. */
void be_visitor (struct peer *p)
{
    struct take *t = &p->takes[0];
    struct taking *it = &ledger->takings[t->taking];
    for (; live (p); p->life++) {
        /* Who is busy when the others stop still ends what it began. */
        PUT (p->slot->busy, 1);
        while (!running () && live (p)) {
            PUT (p->slot->busy, 0);
            nap_us (REST_MS * 1000);
            PUT (p->slot->busy, 1);
        }
        void *ctx = p->life % 2 ? zmq_ctx_new () : p->ctx;
        uint64_t count = 1 + below (&p->random, (uint64_t) p->burst), number = 0;
        p->s = make_socket (p, ctx, p->type);
        if (!p->s)
            break;
        join_network (p, p->s);
        for (int rc = 0; number < count && rc != -1 && live (p); number += rc == 1)
            rc = send_timed (p, p->stream, number + 1, p->life, 0);
        if (number == count && live (p))
            set_option (p, p->s, ZMQ_LINGER, -1);
        zmq_close (p->s);
        if (ctx != p->ctx)
            zmq_ctx_term (ctx);
        uint64_t begun = timed_begin (p, DELIVERY_MS);
        while (live (p) && (GET (it->life) != p->life || GET (it->life_received) != number))
            nap_us (2000);
        if (live (p))
            timed_end (p, begun, DELIVERY_MS);
        PUT (p->slot->busy, 0);
        nap_us (below (&p->random, (uint64_t) p->pace_ms * 1000));
    }
}

/* Knows one name and one word; CURVE may do with any key. */
void be_zap (struct peer *p)
{
    struct parcel in;
    while (take (p, p->s, &in, 0) == 0 || errno == EAGAIN) {
        if (in.count < 6)
            continue;
        int plain = zmq_msg_size (&in.frames[5]) == 5 && in.count == 8;
        int right = !plain || (zmq_msg_size (&in.frames[6]) == 4 && memcmp (zmq_msg_data (&in.frames[6]), "name", 4) == 0
                               && zmq_msg_size (&in.frames[7]) == 4 && memcmp (zmq_msg_data (&in.frames[7]), "word", 4) == 0);
        const char *code = right ? "200" : "400";
        if (zmq_send (p->s, "1.0", 3, ZMQ_SNDMORE) == -1
            || zmq_send (p->s, zmq_msg_data (&in.frames[1]), zmq_msg_size (&in.frames[1]), ZMQ_SNDMORE) == -1
            || zmq_send (p->s, code, 3, ZMQ_SNDMORE) == -1 || zmq_send (p->s, "", 0, ZMQ_SNDMORE) == -1
            || zmq_send (p->s, "user", 4, ZMQ_SNDMORE) == -1 || zmq_send (p->s, "", 0, 0) == -1) {
            if (errno != ETERM)
                fault (p, "ZAP cannot reply");
            drop (&in);
            break;
        }
        drop (&in);
    }
    close_socket (p);
}
