/*  Actors: threads that are told to end and waited for. An actor's handle is its end
    of the pipe; which thread is behind it stands in a table here.  */

#include "internal.h"

typedef struct actor {
    struct actor *next;
    zsock_t *mine;
    zsock_t *theirs;
    zactor_fn *task;
    void *args;
    pthread_t thread;
} actor_t;

static actor_t *actors;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void remember (actor_t *actor)
{
    pthread_mutex_lock (&lock);
    actor->next = actors;
    actors = actor;
    pthread_mutex_unlock (&lock);
}

static actor_t *forget (zsock_t *mine)
{
    pthread_mutex_lock (&lock);
    actor_t **place = &actors;
    while (*place != NULL && (*place)->mine != mine)
        place = &(*place)->next;
    actor_t *actor = *place;
    if (actor != NULL)
        *place = actor->next;
    pthread_mutex_unlock (&lock);
    return actor;
}

static void *run (void *argument)
{
    actor_t *actor = argument;
    actor->task (actor->theirs, actor->args);
    /*  Nobody reads this if the process ends without destroying the actor.  */
    zsock_set_sndtimeo (actor->theirs, 0);
    zsock_signal (actor->theirs, 0);
    zsock_destroy (&actor->theirs);
    return NULL;
}

/*  An interrupt does not end this wait: the actor will see it, or its "$TERM".  */
static void await_signal (zsock_t *mine)
{
    while (zsock_wait (mine) == -1 && errno == EINTR)
        continue;
}

zactor_t *zactor_new (zactor_fn *task, void *args)
{
    actor_t *actor = zmalloc (sizeof (actor_t));
    actor->task = task;
    actor->args = args;
    actor->mine = zsock_new (ZMQ_PAIR);
    actor->theirs = zsock_new (ZMQ_PAIR);
    if (actor->mine == NULL || actor->theirs == NULL
        || czmq2_join_pipe (actor->mine, actor->theirs) == -1
        || pthread_create (&actor->thread, NULL, run, actor) != 0) {
        zsock_destroy (&actor->mine);
        zsock_destroy (&actor->theirs);
        free (actor);
        return NULL;
    }
    remember (actor);
    await_signal (actor->mine);
    return (zactor_t *) actor->mine;
}

void zactor_destroy (zactor_t **self_p)
{
    if (*self_p == NULL)
        return;
    actor_t *actor = forget ((zsock_t *) *self_p);
    *self_p = NULL;
    if (actor == NULL)
        return;
    /*  Fails when the actor has ended already; then its signal waits here.  */
    zsocket_sendmem (actor->mine, "$TERM", 5, ZFRAME_DONTWAIT);
    await_signal (actor->mine);
    pthread_join (actor->thread, NULL);
    zsock_destroy (&actor->mine);
    free (actor);
}
