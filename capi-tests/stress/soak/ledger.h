/*
 * The ledger of a soak: one file mapped by all its processes, in which each
 * says what it sent, took and waited for, so that the account survives the
 * kill -9 of any of them. scripts/soak reads it by the same layout (LAYOUT
 * there), and is the only one to write the head.
 */
#ifndef SOAK_LEDGER_H
#define SOAK_LEDGER_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum { STREAMS = 160, TAKINGS = 200, PEERS = 160, KINDS = 32 };
/* What everybody is asked to do. */
enum phase { STARTING, RUN, DRAIN, REST, END };

/* Messages with consecutive numbers, from one sender. A life is one connection,
   or one process, of a sender that has several; numbers begin anew with each. */
struct stream {
    uint64_t sent, sum, life, life_sent;
    uint64_t unused[12];
};

/* One receiver's account of one stream. */
struct taking {
    uint64_t received, sum, life, life_received, last;
    uint64_t lost_allowed, missing, disordered, doubled, corrupt, late;
    uint64_t unused[5];
};

/* One honest peer, which is a thread with a socket. */
struct slot {
    uint64_t due, checked, overrun, missed, foreign, faults, pid, ended, busy, heap;
    uint64_t unused[6];
};

struct ledger {
    uint64_t phase, seed, bound_ms, cycle, unused[12];
    uint64_t hostile[KINDS];
    struct stream streams[STREAMS];
    struct taking takings[TAKINGS];
    struct slot slots[PEERS];
};

#define GET(word) __atomic_load_n (&(word), __ATOMIC_ACQUIRE)
#define PUT(word, value) __atomic_store_n (&(word), (value), __ATOMIC_RELEASE)
#define ADD(word, value) __atomic_fetch_add (&(word), (value), __ATOMIC_ACQ_REL)

/* The same clock in every process. */
static inline uint64_t now_ns (void)
{
    struct timespec t;
    clock_gettime (CLOCK_MONOTONIC, &t);
    return (uint64_t) t.tv_sec * 1000000000u + (uint64_t) t.tv_nsec;
}

static inline void nap_us (uint64_t us)
{
    struct timespec t = {(time_t) (us / 1000000), (long) (us % 1000000) * 1000};
    nanosleep (&t, NULL);
}

/* A finalizer of splitmix64: spreads what it is given over all 64 bits. */
static inline uint64_t mix (uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* A number below `limit`, and the next state. */
static inline uint64_t below (uint64_t *state, uint64_t limit)
{
    *state = mix (*state);
    return (*state >> 20) % limit;
}

struct ledger *open_ledger (const char *path);

#endif
