/*  Tests of contexts, sockets, options, threads and interrupts.  */

#include "selftest.h"

/*  zctx, zsocket, zsockopt  */

static void a_context_gives_its_settings_to_its_sockets (void)
{
    zctx_t *ctx = zctx_new ();
    CHECK (zctx_underlying (ctx) == NULL);
    zctx_set_iothreads (ctx, 2);
    zctx_set_linger (ctx, 5);
    zctx_set_sndhwm (ctx, 11);
    zctx_set_rcvhwm (ctx, 12);
    zctx_set_pipehwm (ctx, 13);
    void *socket = zsocket_new (ctx, ZMQ_ROUTER);
    CHECK (zmq_ctx_get (zctx_underlying (ctx), ZMQ_IO_THREADS) == 2);
    CHECK (zsocket_sndhwm (socket) == 11 && zsocket_rcvhwm (socket) == 12);
    CHECK (zsocket_new (ctx, 99) == NULL);

    zctx_t *shadow = zctx_shadow (ctx);
    CHECK (zctx_underlying (shadow) == zctx_underlying (ctx));
    void *other = zsocket_new (shadow, ZMQ_DEALER);
    CHECK (zsocket_bind (socket, "inproc://%s", "settings") == 0);
    CHECK (zsocket_connect (other, "inproc://settings") == 0);
    CHECK (zstr_send (other, "across") == 0);
    zctx_destroy (&shadow);
    CHECK (shadow == NULL);
    free (zstr_recv (socket));
    CHECK (is (zstr_recv (socket), "across"));
    zsocket_destroy (ctx, socket);
    zctx_destroy (&ctx);
    CHECK (ctx == NULL);
    zctx_destroy (&ctx);
}

static void sockets_bind_connect_and_signal (void)
{
    zctx_t *ctx = zctx_new ();
    void *server = zsocket_new (ctx, ZMQ_PAIR);
    void *client = zsocket_new (ctx, ZMQ_PAIR);
    int port = zsocket_bind (server, "tcp://%s:*", "127.0.0.1");
    CHECK (port >= ZSOCKET_DYNFROM && port <= ZSOCKET_DYNTO);
    char *endpoint = zsocket_last_endpoint (server);
    int second = zsocket_bind (server, "tcp://127.0.0.1:*");
    CHECK (second > port);
    CHECK (zsocket_unbind (server, "tcp://127.0.0.1:%d", second) == 0);
    CHECK (zsocket_bind (client, "%s", endpoint) == -1 && errno == EADDRINUSE);
    free (endpoint);
    CHECK (zsocket_bind (server, "nothing") == -1);
    CHECK (zsocket_connect (client, "nothing://%d", 1) == -1);
    CHECK (zsocket_connect (client, "tcp://127.0.0.1:%d", port) == 0);

    CHECK (!zsocket_poll (server, 0));
    CHECK (zsocket_sendmem (client, "ab", 1, ZFRAME_MORE) == 0);
    CHECK (zsocket_sendmem (client, "b", 1, 0) == 0);
    CHECK (zsocket_poll (server, -1));
    CHECK (is (zstr_recv (server), "a") && zsocket_rcvmore (server) == 1);
    CHECK (is (zstr_recv (server), "b") && zsocket_rcvmore (server) == 0);
    CHECK (zsocket_signal (server) == 0 && zsocket_wait (client) == 0);
    zsocket_set_rcvtimeo (client, 0);
    CHECK (zsocket_wait (client) == -1 && errno == EAGAIN);
    CHECK (zsocket_disconnect (client, "tcp://127.0.0.1:%d", port) == 0);
    CHECK (zsocket_sendmem (client, "c", 1, ZFRAME_DONTWAIT) == -1 && errno == EAGAIN);
    CHECK (streq (zsocket_type_str (server), "PAIR"));
    zctx_destroy (&ctx);
}

#define SET_WHAT_IS_SET(name, option)                                                   \
    value = zsocket_##name (socket);                                                    \
    zsocket_set_##name (socket, value);                                                 \
    CHECK (zsocket_##name (socket) == value);
#define GETS(name, option) CHECK (zsocket_##name (socket) >= 0);
#define SETS(name, option) zsocket_set_##name (socket, 0);

static void options_are_set_and_read (void)
{
    zctx_t *ctx = zctx_new ();
    void *socket = zsocket_new (ctx, ZMQ_ROUTER);
    int value;
    CZMQ2_INT_OPTIONS (SET_WHAT_IS_SET, GETS, SETS)
    zsocket_set_hwm (socket, 7);
    CHECK (zsocket_sndhwm (socket) == 7 && zsocket_rcvhwm (socket) == 7);
    CHECK (zsocket_type (socket) == ZMQ_ROUTER);
    zsocket_set_linger (socket, 33);
    CHECK (zsocket_linger (socket) == 33);
    zsocket_set_identity (socket, "me");
    CHECK (is (zsocket_identity (socket), "me"));
    zsocket_set_router_mandatory (socket, 1);
    CHECK (zstr_sendm (socket, "nobody") == -1 && errno == EHOSTUNREACH);

    void *publisher = zsocket_new (ctx, ZMQ_XPUB);
    void *subscriber = zsocket_new (ctx, ZMQ_SUB);
    zsocket_bind (publisher, "inproc://options");
    zsocket_connect (subscriber, "inproc://options");
    zsocket_set_subscribe (subscriber, "topic");
    CHECK (is (zstr_recv (publisher), "\001topic"));
    zsocket_set_unsubscribe (subscriber, "topic");
    zframe_t *frame = zframe_recv (publisher);
    CHECK (zframe_size (frame) == 6 && zframe_data (frame)[0] == 0);
    zframe_destroy (&frame);
    zctx_destroy (&ctx);
}

/*  zthread  */

static void echo_once (void *args, zctx_t *ctx, void *pipe)
{
    CHECK (streq (args, "argument"));
    void *socket = zsocket_new (ctx, ZMQ_PUSH);
    CHECK (zsocket_connect (socket, "inproc://results") == 0);
    char *word = zstr_recv (pipe);
    CHECK (zstr_sendf (socket, "%s again", word) == 0);
    free (word);
    CHECK (zstr_recv (pipe) == NULL && errno == ETERM);
}

static void an_attached_thread_has_a_pipe_and_sees_the_end (void)
{
    char argument[] = "argument";
    zctx_t *ctx = zctx_new ();
    void *results = zsocket_new (ctx, ZMQ_PULL);
    zsocket_bind (results, "inproc://results");
    void *pipe = zthread_fork (ctx, echo_once, argument);
    void *second = zthread_fork (ctx, echo_once, argument);
    CHECK (pipe != NULL && second != NULL);
    CHECK (zstr_send (pipe, "word") == 0 && is (zstr_recv (results), "word again"));
    CHECK (zstr_send (second, "more") == 0 && is (zstr_recv (results), "more again"));
    zctx_destroy (&ctx);
}

static void *connect_to (void *endpoint)
{
    zctx_t *ctx = zctx_new ();
    void *socket = zsocket_new (ctx, ZMQ_PUSH);
    CHECK (zsocket_connect (socket, "%s", (char *) endpoint) == 0);
    zctx_set_linger (ctx, -1);
    CHECK (zstr_send (socket, "from outside") == 0);
    zctx_destroy (&ctx);
    return NULL;
}

static void a_detached_thread_is_on_its_own (void)
{
    zctx_t *ctx = zctx_new ();
    void *socket = zsocket_new (ctx, ZMQ_PULL);
    CHECK (zsocket_bind (socket, "tcp://127.0.0.1:*") > 0);
    char *endpoint = zsocket_last_endpoint (socket);
    CHECK (zthread_new (connect_to, endpoint) == 0);
    CHECK (is (zstr_recv (socket), "from outside"));
    free (endpoint);
    zctx_destroy (&ctx);
}

/*  Signals: in a process of its own, because it is to end by them  */

static void be_interrupted (void)
{
    zctx_t *ctx = zctx_new ();
    void *socket = zsocket_new (ctx, ZMQ_PULL);
    zpoller_t *poller = zpoller_new (socket, NULL);
    CHECK (!zctx_interrupted);
    /*  Long before the wait it is to interrupt.  */
    raise (SIGINT);
    CHECK (zctx_interrupted && zsys_interrupted);
    CHECK (zstr_recv (socket) == NULL && errno == EINTR);
    CHECK (zpoller_wait (poller, -1) == NULL && zpoller_terminated (poller));
    zpoller_set_nonstop (poller, true);
    CHECK (zpoller_wait (poller, -1) == NULL && !zpoller_terminated (poller));
    zloop_t *loop = zloop_new ();
    CHECK (zloop_start (loop) == 0);
    zloop_destroy (&loop);
    zpoller_destroy (&poller);
    zctx_destroy (&ctx);
}

static void an_interrupt_ends_every_wait (void)
{
    pid_t child = fork ();
    CHECK (child != -1);
    if (child == 0) {
        be_interrupted ();
        _exit (0);
    }
    int status;
    CHECK (waitpid (child, &status, 0) == child);
    CHECK (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

void test_sockets (void)
{
    RUN (a_context_gives_its_settings_to_its_sockets);
    RUN (sockets_bind_connect_and_signal);
    RUN (options_are_set_and_read);
    RUN (an_attached_thread_has_a_pipe_and_sees_the_end);
    RUN (a_detached_thread_is_on_its_own);
}

void test_interrupts (void)
{
    RUN (an_interrupt_ends_every_wait);
}
