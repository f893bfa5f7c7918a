/*  The actor that forwards between two sockets, and takes orders over its pipe.  */

#include "czmq.h"

typedef struct {
    zsock_t *pipe;
    zsock_t *frontend;
    zsock_t *backend;
    zsock_t *capture;
    bool paused;
    bool ended;
} proxy_t;

static int type_called (const char *name)
{
    static const struct {
        const char *name;
        int type;
    } types[] = {
        {"PAIR", ZMQ_PAIR},     {"PUB", ZMQ_PUB},       {"SUB", ZMQ_SUB},
        {"REQ", ZMQ_REQ},       {"REP", ZMQ_REP},       {"DEALER", ZMQ_DEALER},
        {"ROUTER", ZMQ_ROUTER}, {"PULL", ZMQ_PULL},     {"PUSH", ZMQ_PUSH},
        {"XPUB", ZMQ_XPUB},     {"XSUB", ZMQ_XSUB},
    };
    for (size_t at = 0; at < sizeof types / sizeof *types; at++)
        if (streq (types[at].name, name))
            return types[at].type;
    return -1;
}

/*  The rest of a FRONTEND or BACKEND message: type, endpoints.  */
static void configure (zsock_t **place, zmsg_t *order)
{
    char *type = zmsg_popstr (order);
    char *endpoints = zmsg_popstr (order);
    zsock_destroy (place);
    if (type != NULL && endpoints != NULL)
        *place = zsock_new (type_called (type));
    if (*place == NULL || zsock_attach (*place, endpoints, true) == -1)
        fprintf (stderr, "zproxy: no %s socket at %s\n", type != NULL ? type : "",
                 endpoints != NULL ? endpoints : "");
    if (*place != NULL && zsocket_type (*place) == ZMQ_SUB)
        zsock_set_subscribe (*place, "");
    free (type);
    free (endpoints);
}

static void capture_to (proxy_t *self, zmsg_t *order)
{
    char *endpoint = zmsg_popstr (order);
    zsock_destroy (&self->capture);
    if (endpoint != NULL)
        self->capture = zsock_new_push (endpoint);
    free (endpoint);
}

static void obey (proxy_t *self)
{
    zmsg_t *order = zmsg_recv (self->pipe);
    char *word = order != NULL ? zmsg_popstr (order) : NULL;
    if (word == NULL || streq (word, "$TERM"))
        self->ended = true;
    else if (streq (word, "FRONTEND"))
        configure (&self->frontend, order);
    else if (streq (word, "BACKEND"))
        configure (&self->backend, order);
    else if (streq (word, "CAPTURE"))
        capture_to (self, order);
    else if (streq (word, "PAUSE"))
        self->paused = true;
    else if (streq (word, "RESUME"))
        self->paused = false;
    free (word);
    zmsg_destroy (&order);
    if (!self->ended)
        zsock_signal (self->pipe, 0);
}

static void forward (proxy_t *self, zsock_t *from, zsock_t *to)
{
    zmsg_t *msg = zmsg_recv (from);
    if (self->capture != NULL) {
        zmsg_t *copy = zmsg_dup (msg);
        zmsg_send (&copy, self->capture);
    }
    zmsg_send (&msg, to);
}

void zproxy (zsock_t *pipe, void *args)
{
    (void) args;
    proxy_t self = {.pipe = pipe};
    zsock_signal (pipe, 0);
    while (!self.ended) {
        zmq_pollitem_t items[] = {{pipe, 0, ZMQ_POLLIN, 0},
                                  {self.frontend, 0, ZMQ_POLLIN, 0},
                                  {self.backend, 0, ZMQ_POLLIN, 0}};
        bool forwards = self.frontend != NULL && self.backend != NULL && !self.paused;
        if (zmq_poll (items, forwards ? 3 : 1, -1) == -1) {
            if (errno == EINTR)
                continue;
            break;
        }
        if (items[1].revents & ZMQ_POLLIN)
            forward (&self, self.frontend, self.backend);
        if (items[2].revents & ZMQ_POLLIN)
            forward (&self, self.backend, self.frontend);
        if (items[0].revents & ZMQ_POLLIN)
            obey (&self);
    }
    zsock_destroy (&self.frontend);
    zsock_destroy (&self.backend);
    zsock_destroy (&self.capture);
}
