/*  Tests of reactors, and of the sockets, pollers and actors of CZMQ 3.  */

#include "selftest.h"

#include <stdatomic.h>

/*  zloop  */

typedef struct {
    void *one;
    void *other;
    int timers;
    int received;
    int once;
} loop_state_t;

static int on_timer (zloop_t *loop, int id, void *arg)
{
    loop_state_t *state = arg;
    CHECK (zstr_sendf (state->one, "%d", ++state->timers) == 0);
    /*  It was to go on for ever.  */
    if (state->timers == 3)
        CHECK (zloop_timer_end (loop, id) == 0);
    return 0;
}

static int on_one_timer (zloop_t *loop, int id, void *arg)
{
    (void) loop;
    CHECK (id > 0);
    ((loop_state_t *) arg)->once++;
    return 0;
}

static int on_second_reader (zloop_t *loop, zsock_t *reader, void *arg)
{
    loop_state_t *state = arg;
    CHECK ((void *) reader == state->other && is (zstr_recv (reader), "3"));
    zloop_reader_end (loop, reader);
    state->received++;
    return -1;
}

static int on_poller (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    loop_state_t *state = arg;
    CHECK (item->socket == state->other && item->revents == ZMQ_POLLIN);
    free (zstr_recv (item->socket));
    if (++state->received == 2) {
        /*  Handlers may take away what they are called for, and add.  */
        zloop_poller_end (loop, item);
        CHECK (zloop_reader (loop, item->socket, on_second_reader, arg) == 0);
    }
    return 0;
}

static void a_reactor_runs_timers_pollers_and_readers (void)
{
    loop_state_t state = {0};
    zctx_t *ctx = new_pair (&state.one, &state.other);
    zloop_t *loop = zloop_new ();
    zloop_set_verbose (loop, false);
    zmq_pollitem_t item = {.socket = state.other, .events = ZMQ_POLLIN};
    CHECK (zloop_poller (loop, &item, on_poller, &state) == 0);
    int id = zloop_timer (loop, 1, 0, on_timer, &state);
    int other_id = zloop_timer (loop, 0, 1, on_one_timer, &state);
    CHECK (id > 0 && other_id > 0 && id != other_id);
    CHECK (zloop_start (loop) == -1);
    CHECK (state.timers == 3 && state.received == 3 && state.once == 1);
    zloop_destroy (&loop);
    CHECK (loop == NULL);
    zloop_destroy (&loop);
    zctx_destroy (&ctx);
}

static int end_loop (zloop_t *loop, int id, void *arg)
{
    (void) loop;
    (void) id;
    (void) arg;
    return -1;
}

static int on_error (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    (void) loop;
    CHECK ((item->revents & ZMQ_POLLERR) != 0);
    ++*(int *) arg;
    return -1;
}

static void a_broken_descriptor_ends_its_poller_unless_tolerated (void)
{
    int ends[2];
    int errors = 0;
    CHECK (pipe (ends) == 0 && close (ends[0]) == 0);
    zmq_pollitem_t item = {.fd = ends[1], .events = ZMQ_POLLOUT | ZMQ_POLLERR};
    zloop_t *loop = zloop_new ();
    zloop_poller (loop, &item, on_error, &errors);
    zloop_timer (loop, 5, 1, end_loop, NULL);
    CHECK (zloop_start (loop) == -1 && errors == 0);
    zloop_poller (loop, &item, on_error, &errors);
    zloop_set_tolerant (loop, &item);
    CHECK (zloop_start (loop) == -1 && errors == 1);
    zloop_destroy (&loop);
    close (ends[1]);
}

/*  zsock, zpoller, zactor, zproxy  */

static void sockets_without_context_are_attached (void)
{
    zsock_t *replier = zsock_new_rep ("inproc://a,inproc://b");
    zsock_t *requester = zsock_new_req (">inproc://b");
    CHECK (replier != NULL && requester != NULL && zsock_resolve (replier) == replier);
    CHECK (zstr_send (requester, "?") == 0 && is (zstr_recv (replier), "?"));
    zsock_t *router = zsock_new_router ("inproc://c");
    zsock_t *dealer = zsock_new (ZMQ_DEALER);
    zsock_set_identity (dealer, "dealer");
    CHECK (zsock_attach (dealer, "@inproc://d,inproc://c", false) == 0);
    CHECK (zsock_attach (dealer, "nothing", true) == -1);
    CHECK (zsock_attach (dealer, NULL, true) == 0);
    CHECK (zstr_send (dealer, "!") == 0 && is (zstr_recv (router), "dealer"));
    CHECK (zsock_rcvmore (router) == 1 && is (zstr_recv (router), "!"));
    zsock_t *second = zsock_new_dealer (">inproc://d");
    CHECK (second != NULL && zsock_new_dealer (">nothing") == NULL);

    zsock_t *publisher = zsock_new_xpub ("inproc://e");
    zsock_t *subscriber = zsock_new_sub ("inproc://e", "topic");
    CHECK (is (zstr_recv (publisher), "\001topic"));
    zsock_set_unsubscribe (subscriber, "topic");
    zsock_t *pusher = zsock_new_push ("inproc://f");
    zsock_t *puller = zsock_new_pull ("inproc://f");
    CHECK (zstr_send (pusher, "pushed") == 0 && is (zstr_recv (puller), "pushed"));
    zsock_t *forwarder = zsock_new_xsub (">inproc://g");
    zsock_t *source = zsock_new_pub ("@inproc://g");
    zsock_t *pair = zsock_new_pair (NULL);
    int port = zsock_bind (pair, "tcp://127.0.0.1:*");
    zsock_t *peer = zsock_new_pair (NULL);
    CHECK (port > 0 && zsock_connect (peer, "tcp://127.0.0.1:%d", port) == 0);
    CHECK (zstr_send (peer, "no signal") == 0 && zsock_signal (peer, 200) == 0);
    CHECK (zsock_wait (pair) == 200);
    zsock_set_rcvtimeo (pair, 0);
    CHECK (zsock_wait (pair) == -1);

    zsock_t *all[] = {replier,    requester, router, dealer,    second, publisher,
                      subscriber, pusher,    puller, forwarder, source, pair,
                      peer};
    for (size_t at = 0; at < sizeof all / sizeof *all; at++) {
        zsock_destroy (&all[at]);
        CHECK (all[at] == NULL);
    }
}

static void pollers_answer_in_order_and_say_why_not (void)
{
    void *one, *other;
    zctx_t *ctx = new_pair (&one, &other);
    zpoller_t *poller = zpoller_new (one, NULL);
    zpoller_set_nonstop (poller, false);
    CHECK (zpoller_wait (poller, 0) == NULL);
    CHECK (zpoller_expired (poller) && !zpoller_terminated (poller));
    CHECK (zpoller_add (poller, other) == 0);
    zstr_send (one, "to other");
    CHECK (zpoller_wait (poller, -1) == other && !zpoller_expired (poller));
    zstr_send (other, "to one");
    CHECK (zpoller_wait (poller, -1) == one);
    zmq_ctx_shutdown (zctx_underlying (ctx));
    CHECK (zpoller_wait (poller, -1) == NULL);
    CHECK (zpoller_terminated (poller) && !zpoller_expired (poller));
    zpoller_destroy (&poller);
    CHECK (poller == NULL);
    zctx_destroy (&ctx);
}

static void double_numbers (zsock_t *pipe, void *args)
{
    zsock_signal (pipe, 0);
    for (;;) {
        char *word = zstr_recv (pipe);
        CHECK (word != NULL);
        bool last = streq (word, "$TERM");
        if (!last)
            zstr_sendf (pipe, "%d", 2 * atoi (word));
        free (word);
        if (last)
            break;
    }
    atomic_store ((atomic_int *) args, 1);
}

static void actors_are_waited_for (void)
{
    atomic_int ended = 0;
    zactor_t *actor = zactor_new (double_numbers, &ended);
    CHECK (zstr_send (actor, "21") == 0 && is (zstr_recv (actor), "42"));
    zactor_destroy (&actor);
    CHECK (actor == NULL && atomic_load (&ended) == 1);
    zactor_destroy (&actor);
}

static void the_proxy_forwards_captures_and_pauses (void)
{
    zactor_t *proxy = zactor_new (zproxy, NULL);
    zsock_t *capture = zsock_new_pull ("inproc://proxy-capture");
    CHECK (zstr_sendx (proxy, "FRONTEND", "PULL", "inproc://proxy-front", NULL) == 0);
    CHECK (zsock_wait (proxy) == 0);
    CHECK (zstr_sendx (proxy, "BACKEND", "PUSH", "inproc://proxy-back", NULL) == 0);
    CHECK (zsock_wait (proxy) == 0);
    CHECK (zstr_sendx (proxy, "CAPTURE", "inproc://proxy-capture", NULL) == 0);
    CHECK (zsock_wait (proxy) == 0);
    zsock_t *front = zsock_new_push ("inproc://proxy-front");
    zsock_t *back = zsock_new_pull (">inproc://proxy-back");
    CHECK (zstr_send (front, "through") == 0);
    CHECK (is (zstr_recv (back), "through") && is (zstr_recv (capture), "through"));
    CHECK (zstr_send (proxy, "PAUSE") == 0 && zsock_wait (proxy) == 0);
    CHECK (zstr_send (front, "later") == 0 && !zsocket_poll (back, 5));
    CHECK (zstr_send (proxy, "RESUME") == 0 && zsock_wait (proxy) == 0);
    CHECK (is (zstr_recv (back), "later"));
    zactor_destroy (&proxy);
    zsock_destroy (&front);
    zsock_destroy (&back);
    zsock_destroy (&capture);
}

void test_loops (void)
{
    RUN (a_reactor_runs_timers_pollers_and_readers);
    RUN (a_broken_descriptor_ends_its_poller_unless_tolerated);
    RUN (sockets_without_context_are_attached);
    RUN (pollers_answer_in_order_and_say_why_not);
    RUN (actors_are_waited_for);
    RUN (the_proxy_forwards_captures_and_pauses);
}
