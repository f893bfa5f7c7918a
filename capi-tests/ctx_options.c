/* Context options: defaults, round trips, refusals. */
/* behaviours: 15, 16, 17, 18, 19 */
#include "check.h"

static void run (void)
{
    void *ctx = new_context ();
    TRY (zmq_ctx_get (ctx, ZMQ_IO_THREADS));
    TRY (zmq_ctx_get (ctx, ZMQ_MAX_SOCKETS));
    TRY (zmq_ctx_get (ctx, ZMQ_SOCKET_LIMIT));
    TRY (zmq_ctx_get (ctx, ZMQ_MAX_MSGSZ));
    TRY (zmq_ctx_get (ctx, ZMQ_MSG_T_SIZE));
    TRY (zmq_ctx_get (ctx, ZMQ_IPV6));
    TRY (zmq_ctx_get (ctx, ZMQ_BLOCKY));
    TRY (zmq_ctx_get (ctx, ZMQ_THREAD_SCHED_POLICY));
    TRY (zmq_ctx_get (ctx, ZMQ_THREAD_NAME_PREFIX));

    TRY (zmq_ctx_set (ctx, ZMQ_IO_THREADS, 3));
    TRY (zmq_ctx_get (ctx, ZMQ_IO_THREADS));
    TRY (zmq_ctx_set (ctx, ZMQ_IO_THREADS, -1));
    TRY (zmq_ctx_set (ctx, ZMQ_MAX_SOCKETS, 17));
    TRY (zmq_ctx_get (ctx, ZMQ_MAX_SOCKETS));
    TRY (zmq_ctx_set (ctx, ZMQ_MAX_SOCKETS, 0));
    TRY (zmq_ctx_set (ctx, ZMQ_MAX_SOCKETS, -1));
    TRY (zmq_ctx_set (ctx, ZMQ_MAX_MSGSZ, 1000));
    TRY (zmq_ctx_get (ctx, ZMQ_MAX_MSGSZ));
    TRY (zmq_ctx_set (ctx, ZMQ_MAX_MSGSZ, -1));
    TRY (zmq_ctx_set (ctx, ZMQ_MSG_T_SIZE, 64));
    TRY (zmq_ctx_set (ctx, ZMQ_IPV6, 1));
    TRY (zmq_ctx_get (ctx, ZMQ_IPV6));
    TRY (zmq_ctx_set (ctx, ZMQ_IPV6, -1));
    TRY (zmq_ctx_set (ctx, ZMQ_BLOCKY, 0));
    TRY (zmq_ctx_get (ctx, ZMQ_BLOCKY));
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_PRIORITY, -1));
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_SCHED_POLICY, -1));
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_AFFINITY_CPU_ADD, -1));
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_AFFINITY_CPU_REMOVE, 0));
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_AFFINITY_CPU_ADD, 0));
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_AFFINITY_CPU_REMOVE, 0));
    TRY (zmq_ctx_set (ctx, ZMQ_THREAD_NAME_PREFIX, 1234));
    TRY (zmq_ctx_get (ctx, ZMQ_THREAD_NAME_PREFIX));
    TRY (zmq_ctx_set (ctx, -1, 0));
    TRY (zmq_ctx_get (ctx, -1));
    TRY (zmq_ctx_set (ctx, 9999, 0));
    TRY (zmq_ctx_get (ctx, 9999));
    TRY (zmq_ctx_term (ctx));
}
