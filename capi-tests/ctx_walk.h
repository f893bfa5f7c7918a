/*
 * Every context option with the values around the ends of its range, for the
 * ctx_walk programs. tests/compat.rs holds the rows to the library's own.
 *
 * Number 3 is THREAD_PRIORITY when set and SOCKET_LIMIT when read.
 */
#ifndef CTX_WALK_H
#define CTX_WALK_H

#include "walk.h"

struct context_option {
    const char *name;
    int number;
};

#define ALL_CONTEXT_OPTIONS                                                    \
    CONTEXT_OPTION (IO_THREADS, 1)                                             \
    CONTEXT_OPTION (MAX_SOCKETS, 2)                                            \
    CONTEXT_OPTION (SOCKET_LIMIT, 3)                                           \
    CONTEXT_OPTION (THREAD_PRIORITY, 3)                                        \
    CONTEXT_OPTION (THREAD_SCHED_POLICY, 4)                                    \
    CONTEXT_OPTION (MAX_MSGSZ, 5)                                              \
    CONTEXT_OPTION (MSG_T_SIZE, 6)                                             \
    CONTEXT_OPTION (THREAD_AFFINITY_CPU_ADD, 7)                                \
    CONTEXT_OPTION (THREAD_AFFINITY_CPU_REMOVE, 8)                             \
    CONTEXT_OPTION (THREAD_NAME_PREFIX, 9)                                     \
    CONTEXT_OPTION (ZERO_COPY_RECV, 10)                                        \
    CONTEXT_OPTION (IPV6, 42)                                                  \
    CONTEXT_OPTION (BLOCKY, 70)

#define CONTEXT_OPTION(name, number) {#name, number},
static const struct context_option context_options[] = {ALL_CONTEXT_OPTIONS};
#undef CONTEXT_OPTION
#define CONTEXT_OPTIONS ((int) (sizeof context_options / sizeof *context_options))

/* 64 and 65535 are limits of MSG_T_SIZE and SOCKET_LIMIT. */
static const int context_values[] = {INT_MIN, -100, -2,  -1,   0,     1,     2,
                                     3,       64,   100, 1024, 65535, 65536, INT_MAX};
#define CONTEXT_VALUES ((int) (sizeof context_values / sizeof *context_values))

/* A value of -1 is told from a failure by errno. */
static inline void add_context_value (struct text *t, void *ctx, int number)
{
    errno = 0;
    int value = zmq_ctx_get (ctx, number);
    if (value == -1 && errno != 0)
        add (t, "%s", err_name (errno));
    else
        add (t, "%d", value);
}

static inline void add_context_changes (struct text *t, void *ctx, int but, const int *before)
{
    for (int i = 0; i < CONTEXT_OPTIONS; i++) {
        const struct context_option *o = &context_options[i];
        int now = zmq_ctx_get (ctx, o->number);
        if (o->number != but && now != before[i])
            add (t, " {%s %d}", o->name, now);
    }
}

#endif
