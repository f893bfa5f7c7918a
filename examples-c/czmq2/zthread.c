/*  Threads: alone, or with a shadow context and a pipe to whoever started them.  */

#include "internal.h"

typedef struct {
    zthread_detached_fn *detached;
    zthread_attached_fn *attached;
    void *args;
    zctx_t *ctx;
    void *pipe;
} start_t;

static void *run (void *argument)
{
    start_t start = *(start_t *) argument;
    free (argument);
    if (start.detached != NULL)
        return start.detached (start.args);
    start.attached (start.args, start.ctx, start.pipe);
    zctx_destroy (&start.ctx);
    return NULL;
}

static int launch (const start_t *start)
{
    start_t *copy = zmalloc (sizeof *copy);
    *copy = *start;
    pthread_t thread;
    int error = pthread_create (&thread, NULL, run, copy);
    if (error != 0) {
        free (copy);
        errno = error;
        return -1;
    }
    pthread_detach (thread);
    return 0;
}

int zthread_new (zthread_detached_fn *thread_fn, void *args)
{
    return launch (&(start_t) {.detached = thread_fn, .args = args});
}

void *zthread_fork (zctx_t *ctx, zthread_attached_fn *thread_fn, void *args)
{
    void *mine = czmq2_pipe (ctx);
    zctx_t *shadow = mine != NULL ? zctx_shadow (ctx) : NULL;
    void *theirs = shadow != NULL ? czmq2_pipe (shadow) : NULL;
    start_t start = {.attached = thread_fn, .args = args, .ctx = shadow, .pipe = theirs};
    if (theirs != NULL && czmq2_join_pipe (mine, theirs) == 0 && launch (&start) == 0)
        return mine;

    int error = errno;
    zctx_destroy (&shadow);
    zsocket_destroy (ctx, mine);
    errno = error;
    return NULL;
}
