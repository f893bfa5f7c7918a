/*  Sockets: endpoints as formats, whole buffers, signals. Who owns a socket is
    decided in zctx.c and zsock.c.  */

#include "internal.h"

/*  Endpoints  */

/*  Binds to the first free port of the dynamic range. `endpoint` ends in ":*".  */
static int bind_dynamic (void *socket, const char *endpoint)
{
    int before_star = (int) strlen (endpoint) - 1;
    for (int port = ZSOCKET_DYNFROM; port <= ZSOCKET_DYNTO; port++) {
        char concrete[256];
        snprintf (concrete, sizeof concrete, "%.*s%d", before_star, endpoint, port);
        if (zmq_bind (socket, concrete) == 0)
            return port;
        if (errno != EADDRINUSE)
            return -1;
    }
    return -1;
}

static int bind_endpoint (void *socket, const char *endpoint)
{
    const char *port = strrchr (endpoint, ':');
    bool tcp = strncmp (endpoint, "tcp://", 6) == 0;
    if (tcp && port != NULL && streq (port, ":*"))
        return bind_dynamic (socket, endpoint);
    if (zmq_bind (socket, endpoint) == -1)
        return -1;
    return tcp && port != NULL ? atoi (port + 1) : 0;
}

int czmq2_vbind (void *socket, const char *format, va_list arguments)
{
    char *endpoint = czmq2_vformat (format, arguments);
    int port = bind_endpoint (socket, endpoint);
    free (endpoint);
    return port;
}

typedef int (endpoint_fn) (void *socket, const char *endpoint);

static int with_endpoint (endpoint_fn *call, void *socket, const char *format,
                          va_list arguments)
{
    char *endpoint = czmq2_vformat (format, arguments);
    int rc = call (socket, endpoint);
    free (endpoint);
    return rc;
}

int czmq2_vconnect (void *socket, const char *format, va_list arguments)
{
    return with_endpoint (zmq_connect, socket, format, arguments);
}

int zsocket_bind (void *socket, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    int port = czmq2_vbind (socket, format, arguments);
    va_end (arguments);
    return port;
}

int zsocket_unbind (void *socket, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    int rc = with_endpoint (zmq_unbind, socket, format, arguments);
    va_end (arguments);
    return rc;
}

int zsocket_connect (void *socket, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    int rc = czmq2_vconnect (socket, format, arguments);
    va_end (arguments);
    return rc;
}

int zsocket_disconnect (void *socket, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    int rc = with_endpoint (zmq_disconnect, socket, format, arguments);
    va_end (arguments);
    return rc;
}

/*  The rest  */

bool zsocket_poll (void *socket, int msecs)
{
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
    return zmq_poll (&item, 1, msecs) > 0 && (item.revents & ZMQ_POLLIN) != 0;
}

const char *zsocket_type_str (void *socket)
{
    static const char *const names[] = {
        [ZMQ_PAIR] = "PAIR",     [ZMQ_PUB] = "PUB",       [ZMQ_SUB] = "SUB",
        [ZMQ_REQ] = "REQ",       [ZMQ_REP] = "REP",       [ZMQ_DEALER] = "DEALER",
        [ZMQ_ROUTER] = "ROUTER", [ZMQ_PULL] = "PULL",     [ZMQ_PUSH] = "PUSH",
        [ZMQ_XPUB] = "XPUB",     [ZMQ_XSUB] = "XSUB",     [ZMQ_STREAM] = "STREAM",
    };
    int type = zsocket_type (socket);
    bool known = type >= 0 && type < (int) (sizeof names / sizeof *names);
    return known && names[type] != NULL ? names[type] : "UNKNOWN";
}

int zsocket_sendmem (void *socket, const void *data, size_t size, int flags)
{
    int options = (flags & ZFRAME_MORE ? ZMQ_SNDMORE : 0)
                  | (flags & ZFRAME_DONTWAIT ? ZMQ_DONTWAIT : 0);
    return zmq_send (socket, data, size, options) == -1 ? -1 : 0;
}

int zsocket_signal (void *socket)
{
    return zsocket_sendmem (socket, NULL, 0, 0);
}

int zsocket_wait (void *socket)
{
    zmsg_t *signal = zmsg_recv (socket);
    int rc = signal != NULL ? 0 : -1;
    zmsg_destroy (&signal);
    return rc;
}
