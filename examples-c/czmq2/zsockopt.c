/*  Socket options. A setter has no way to say that it failed: it is for values that
    libzmq takes. Getters answer -1, or NULL, on failure.  */

#include "internal.h"

static int get (void *socket, int option)
{
    int value = -1;
    size_t size = sizeof value;
    return zmq_getsockopt (socket, option, &value, &size) == 0 ? value : -1;
}

static void set (void *socket, int option, int value)
{
    zmq_setsockopt (socket, option, &value, sizeof value);
}

#define DEFINE_GET(name, option)                                                        \
    int zsocket_##name (void *socket)                                                   \
    {                                                                                   \
        return get (socket, option);                                                    \
    }
#define DEFINE_SET(name, option)                                                        \
    void zsocket_set_##name (void *socket, int value)                                   \
    {                                                                                   \
        set (socket, option, value);                                                    \
    }
#define DEFINE_BOTH(name, option) DEFINE_GET (name, option) DEFINE_SET (name, option)
CZMQ2_INT_OPTIONS (DEFINE_BOTH, DEFINE_GET, DEFINE_SET)

void zsocket_set_hwm (void *socket, int hwm)
{
    zsocket_set_sndhwm (socket, hwm);
    zsocket_set_rcvhwm (socket, hwm);
}

static void set_string (void *socket, int option, const char *value)
{
    zmq_setsockopt (socket, option, value, strlen (value));
}

void zsocket_set_identity (void *socket, const char *identity)
{
    set_string (socket, ZMQ_ROUTING_ID, identity);
}

void zsocket_set_subscribe (void *socket, const char *prefix)
{
    set_string (socket, ZMQ_SUBSCRIBE, prefix);
}

void zsocket_set_unsubscribe (void *socket, const char *prefix)
{
    set_string (socket, ZMQ_UNSUBSCRIBE, prefix);
}

/*  Long enough for what libzmq has to say: identities have 255 bytes at the most,
    endpoints seldom more. What is shorter than the buffer has a zero behind it.  */
static char *get_string (void *socket, int option)
{
    char value[1024] = "";
    size_t size = sizeof value - 1;
    return zmq_getsockopt (socket, option, value, &size) == 0 ? czmq2_strdup (value) : NULL;
}

char *zsocket_identity (void *socket)
{
    return get_string (socket, ZMQ_ROUTING_ID);
}

char *zsocket_last_endpoint (void *socket)
{
    return get_string (socket, ZMQ_LAST_ENDPOINT);
}
