/*  Sockets of CZMQ 3. They live in one libzmq context, made with the first of them
    and ended with the process, and they are libzmq's sockets under another type.  */

#include "internal.h"

#include <stdatomic.h>

/*  The context of the process  */

static void *context;
static atomic_int open_sockets;

/*  With sockets still open, ending the context would wait for somebody to close
    them; the process ends without it as well.  */
static void end_context (void)
{
    if (atomic_load (&open_sockets) == 0)
        zmq_ctx_term (context);
}

static void start_context (void)
{
    context = zmq_ctx_new ();
    if (context != NULL)
        atexit (end_context);
}

static void *process_context (void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    czmq2_catch_signals ();
    pthread_once (&once, start_context);
    return context;
}

/*  Sockets  */

zsock_t *zsock_new (int type)
{
    void *home = process_context ();
    void *socket = home != NULL ? zmq_socket (home, type) : NULL;
    if (socket == NULL)
        return NULL;
    atomic_fetch_add (&open_sockets, 1);
    zsocket_set_linger (socket, 0);
    return (zsock_t *) socket;
}

void zsock_destroy (zsock_t **self_p)
{
    if (*self_p == NULL)
        return;
    zmq_close (*self_p);
    atomic_fetch_sub (&open_sockets, 1);
    *self_p = NULL;
}

int zsock_bind (zsock_t *self, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    int port = czmq2_vbind (self, format, arguments);
    va_end (arguments);
    return port;
}

int zsock_connect (zsock_t *self, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    int rc = czmq2_vconnect (self, format, arguments);
    va_end (arguments);
    return rc;
}

void *zsock_resolve (void *self)
{
    return self;
}

/*  Endpoints in one string  */

static int attach_one (zsock_t *self, const char *endpoint, bool serverish)
{
    bool binds = *endpoint == '@' || (serverish && *endpoint != '>');
    if (*endpoint == '@' || *endpoint == '>')
        endpoint++;
    return binds ? zsock_bind (self, "%s", endpoint) : zsock_connect (self, "%s", endpoint);
}

int zsock_attach (zsock_t *self, const char *endpoints, bool serverish)
{
    if (endpoints == NULL)
        return 0;
    char *list = czmq2_strdup (endpoints);
    char *rest = list;
    char *endpoint;
    int rc = 0;
    while (rc != -1 && (endpoint = strsep (&rest, ",")) != NULL)
        if (*endpoint != '\0')
            rc = attach_one (self, endpoint, serverish);
    free (list);
    return rc == -1 ? -1 : 0;
}

static zsock_t *attached (int type, const char *endpoints, bool serverish)
{
    zsock_t *self = zsock_new (type);
    if (self != NULL && zsock_attach (self, endpoints, serverish) == -1)
        zsock_destroy (&self);
    return self;
}

#define DEFINE_NEW(name, type, serverish)                                               \
    zsock_t *zsock_new_##name (const char *endpoints)                                   \
    {                                                                                   \
        return attached (type, endpoints, serverish);                                   \
    }
DEFINE_NEW (pub, ZMQ_PUB, true)
DEFINE_NEW (req, ZMQ_REQ, false)
DEFINE_NEW (rep, ZMQ_REP, true)
DEFINE_NEW (dealer, ZMQ_DEALER, false)
DEFINE_NEW (router, ZMQ_ROUTER, true)
DEFINE_NEW (push, ZMQ_PUSH, false)
DEFINE_NEW (pull, ZMQ_PULL, true)
DEFINE_NEW (xpub, ZMQ_XPUB, true)
DEFINE_NEW (xsub, ZMQ_XSUB, false)
DEFINE_NEW (pair, ZMQ_PAIR, false)

zsock_t *zsock_new_sub (const char *endpoints, const char *subscribe)
{
    zsock_t *self = attached (ZMQ_SUB, endpoints, false);
    if (self != NULL && subscribe != NULL)
        zsock_set_subscribe (self, subscribe);
    return self;
}

/*  Signals: seven bytes no program sends by chance, and the status  */

static const byte signature[] = {0xC2, 's', 'i', 'g', 'n', 'a', 'l'};

int zsock_signal (void *self, byte status)
{
    byte content[sizeof signature + 1];
    memcpy (content, signature, sizeof signature);
    content[sizeof signature] = status;
    return zsocket_sendmem (self, content, sizeof content, 0);
}

/*  The status, -1 if the message is not a signal.  */
static int status_of (zmsg_t *msg)
{
    zframe_t *frame = zmsg_first (msg);
    bool matches = zmsg_size (msg) == 1 && zframe_size (frame) == sizeof signature + 1
                   && memcmp (zframe_data (frame), signature, sizeof signature) == 0;
    return matches ? zframe_data (frame)[sizeof signature] : -1;
}

int zsock_wait (void *self)
{
    for (;;) {
        zmsg_t *msg = zmsg_recv (self);
        if (msg == NULL)
            return -1;
        int status = status_of (msg);
        zmsg_destroy (&msg);
        if (status != -1)
            return status;
    }
}
