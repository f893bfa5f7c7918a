/*  Contexts: who owns which sockets, how they end, and what SIGINT does. A shadow
    shares the libzmq context of the one it was made from, and nothing else.  */

#include "internal.h"

#include <stdatomic.h>

struct _zctx_t {
    void *context;          /*  libzmq's; NULL until somebody needs it  */
    bool shadow;
    zlist_t *sockets;
    pthread_mutex_t lock;   /*  sockets may be made here for another thread  */
    int iothreads;
    int linger;
    int pipehwm;
    int sndhwm;
    int rcvhwm;
};

/*  Signals  */

volatile int zctx_interrupted = 0;

static void on_signal (int number)
{
    (void) number;
    zctx_interrupted = 1;
    /*  A signal that comes just before a wait, or together with what ends it, does
        not interrupt the next one. So it comes again, until the process has ended.  */
    alarm (1);
}

static void install_handlers (void)
{
    /*  No SA_RESTART: the calls that wait have to return.  */
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset (&action.sa_mask);
    sigaction (SIGINT, &action, NULL);
    sigaction (SIGTERM, &action, NULL);
    sigaction (SIGALRM, &action, NULL);
}

void czmq2_catch_signals (void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once (&once, install_handlers);
}

/*  Contexts  */

static zctx_t *new_context (void)
{
    zctx_t *self = zmalloc (sizeof (zctx_t));
    self->sockets = zlist_new ();
    pthread_mutex_init (&self->lock, NULL);
    self->iothreads = 1;
    self->pipehwm = 1000;
    self->sndhwm = 1000;
    self->rcvhwm = 1000;
    return self;
}

zctx_t *zctx_new (void)
{
    czmq2_catch_signals ();
    return new_context ();
}

/*  The libzmq context, made now if this is the first call.  */
static void *underlying (zctx_t *self)
{
    pthread_mutex_lock (&self->lock);
    if (self->context == NULL) {
        self->context = zmq_ctx_new ();
        if (self->context != NULL)
            zmq_ctx_set (self->context, ZMQ_IO_THREADS, self->iothreads);
    }
    pthread_mutex_unlock (&self->lock);
    return self->context;
}

zctx_t *zctx_shadow (zctx_t *self)
{
    void *context = underlying (self);
    if (context == NULL)
        return NULL;
    zctx_t *shadow = new_context ();
    shadow->context = context;
    shadow->shadow = true;
    shadow->linger = self->linger;
    shadow->pipehwm = self->pipehwm;
    shadow->sndhwm = self->sndhwm;
    shadow->rcvhwm = self->rcvhwm;
    return shadow;
}

static void close_socket (zctx_t *self, void *socket)
{
    zmq_setsockopt (socket, ZMQ_LINGER, &self->linger, sizeof self->linger);
    zmq_close (socket);
}

/*  Waits until no thread has a socket of the context open. After an interrupt only
    until the next alarm: a thread may be busy with something else for ever, and a
    user who pressed Ctrl-C should not have to do so twice.  */
static void end_context (void *context)
{
    while (zmq_ctx_term (context) == -1 && errno == EINTR && !zctx_interrupted)
        continue;
}

void zctx_destroy (zctx_t **self_p)
{
    zctx_t *self = *self_p;
    if (self == NULL)
        return;
    void *socket;
    while ((socket = zlist_pop (self->sockets)) != NULL)
        close_socket (self, socket);
    if (self->context != NULL && !self->shadow)
        end_context (self->context);
    zlist_destroy (&self->sockets);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

void zctx_set_iothreads (zctx_t *self, int iothreads)
{
    self->iothreads = iothreads;
}

void zctx_set_linger (zctx_t *self, int linger)
{
    self->linger = linger;
}

void zctx_set_pipehwm (zctx_t *self, int pipehwm)
{
    self->pipehwm = pipehwm;
}

void zctx_set_sndhwm (zctx_t *self, int sndhwm)
{
    self->sndhwm = sndhwm;
}

void zctx_set_rcvhwm (zctx_t *self, int rcvhwm)
{
    self->rcvhwm = rcvhwm;
}

void *zctx_underlying (zctx_t *self)
{
    return self->context;
}

/*  Their sockets  */

static void *new_socket (zctx_t *self, int type, int sndhwm, int rcvhwm)
{
    void *context = underlying (self);
    void *socket = context != NULL ? zmq_socket (context, type) : NULL;
    if (socket == NULL)
        return NULL;
    zmq_setsockopt (socket, ZMQ_SNDHWM, &sndhwm, sizeof sndhwm);
    zmq_setsockopt (socket, ZMQ_RCVHWM, &rcvhwm, sizeof rcvhwm);
    pthread_mutex_lock (&self->lock);
    zlist_append (self->sockets, socket);
    pthread_mutex_unlock (&self->lock);
    return socket;
}

void *zsocket_new (zctx_t *self, int type)
{
    return new_socket (self, type, self->sndhwm, self->rcvhwm);
}

void zsocket_destroy (zctx_t *self, void *socket)
{
    if (socket == NULL)
        return;
    pthread_mutex_lock (&self->lock);
    zlist_remove (self->sockets, socket);
    pthread_mutex_unlock (&self->lock);
    close_socket (self, socket);
}

void *czmq2_pipe (zctx_t *self)
{
    return new_socket (self, ZMQ_PAIR, self->pipehwm, self->pipehwm);
}

int czmq2_join_pipe (void *mine, void *theirs)
{
    static atomic_uint count;
    char name[48];
    snprintf (name, sizeof name, "inproc://czmq2-pipe-%u", atomic_fetch_add (&count, 1));
    return zmq_bind (mine, name) == 0 ? zmq_connect (theirs, name) : -1;
}
