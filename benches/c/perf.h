/*
 * Shared by the performance programs: failure, and messages by the thousand.
 * Arguments and lines of local_thr and its like are those of libzmq's own perf
 * programs, so that scripts written for those work on these.
 */
#ifndef PERF_H
#define PERF_H

#include <zmq.h>

#include "tool.h"

static inline void fail (const char *what)
{
    fprintf (stderr, "%s: %s\n", what, zmq_strerror (zmq_errno ()));
    exit (1);
}

#define MUST(call)                                                             \
    do {                                                                       \
        if ((call) == -1)                                                      \
            fail (#call);                                                      \
    } while (0)

static inline void *must_have (void *pointer, const char *what)
{
    if (!pointer)
        fail (what);
    return pointer;
}

static inline void expect_size (zmq_msg_t *msg, size_t size)
{
    if (zmq_msg_size (msg) != size) {
        printf ("message of incorrect size received\n");
        exit (1);
    }
}

static inline void print_latency (size_t size, long roundtrips, double elapsed)
{
    printf ("message size: %d [B]\n", (int) size);
    printf ("roundtrip count: %ld\n", roundtrips);
    printf ("average latency: %.3f [us]\n", elapsed * 1e6 / (double) (roundtrips * 2));
}

static inline void send_many (void *s, size_t size, long count)
{
    for (long i = 0; i < count; i++) {
        zmq_msg_t msg;
        MUST (zmq_msg_init_size (&msg, size));
        MUST (zmq_msg_send (&msg, s, 0));
    }
}

static inline void set_int (void *s, int option, int value)
{
    MUST (zmq_setsockopt (s, option, &value, sizeof value));
}

static inline void *new_bound (void *ctx, int type, const char *endpoint)
{
    void *s = must_have (zmq_socket (ctx, type), "zmq_socket");
    MUST (zmq_bind (s, endpoint));
    return s;
}

static inline void *new_connected (void *ctx, int type, const char *endpoint)
{
    void *s = must_have (zmq_socket (ctx, type), "zmq_socket");
    MUST (zmq_connect (s, endpoint));
    return s;
}

/* Receives `count` messages, each with a routing id before it unless `id` is
 * NULL; the time counts from the first. */
static inline double receive_behind (zmq_msg_t *id, void *s, size_t size, long count)
{
    zmq_msg_t msg;
    double start = 0;
    MUST (zmq_msg_init (&msg));
    for (long i = 0; i < count; i++) {
        if (id != NULL)
            MUST (zmq_msg_recv (id, s, 0));
        MUST (zmq_msg_recv (&msg, s, 0));
        expect_size (&msg, size);
        if (i == 0)
            start = seconds ();
    }
    double elapsed = seconds () - start;
    MUST (zmq_msg_close (&msg));
    return elapsed;
}

static inline double receive_many (void *s, size_t size, long count)
{
    return receive_behind (NULL, s, size, count);
}

static inline double receive_routed (void *s, size_t size, long count)
{
    zmq_msg_t id;
    MUST (zmq_msg_init (&id));
    double elapsed = receive_behind (&id, s, size, count);
    MUST (zmq_msg_close (&id));
    return elapsed;
}

static inline void echo_many (void *s, size_t size, long count)
{
    zmq_msg_t msg;
    MUST (zmq_msg_init (&msg));
    for (long i = 0; i < count; i++) {
        MUST (zmq_msg_recv (&msg, s, 0));
        expect_size (&msg, size);
        MUST (zmq_msg_send (&msg, s, 0));
    }
    MUST (zmq_msg_close (&msg));
}

static inline double ask_many (void *s, size_t size, long count)
{
    zmq_msg_t msg;
    MUST (zmq_msg_init_size (&msg, size));
    memset (zmq_msg_data (&msg), 0, size);
    double start = seconds ();
    for (long i = 0; i < count; i++) {
        MUST (zmq_msg_send (&msg, s, 0));
        MUST (zmq_msg_recv (&msg, s, 0));
        expect_size (&msg, size);
    }
    double elapsed = seconds () - start;
    MUST (zmq_msg_close (&msg));
    return elapsed;
}

#endif
