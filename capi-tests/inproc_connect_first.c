/* inproc: connect, several connects, messages and closes, all before the bind. */
/* behaviours: 112, 113, 116, 176, 177 */
#include "check.h"

static void several (void)
{
    void *ctx = new_context ();
    void *push[3], *pull = new_socket (ctx, ZMQ_PULL);
    for (int i = 0; i < 3; i++) {
        push[i] = new_socket (ctx, ZMQ_PUSH);
        connect_to (push[i], "inproc://x");
        SEND (push[i], "same", "parts");
    }
    MUST (zmq_bind (pull, "inproc://x"));
    for (int i = 0; i < 3; i++)
        RECV (pull);
    for (int i = 0; i < 3; i++)
        MUST (zmq_close (push[i]));
    end (ctx, pull, NULL);
}

static void identities (void)
{
    void *ctx = new_context ();
    void *router = new_socket (ctx, ZMQ_ROUTER), *dealer = new_socket (ctx, ZMQ_DEALER);
    void *unnamed = new_socket (ctx, ZMQ_DEALER), *req = new_socket (ctx, ZMQ_REQ);
    set_text (dealer, ZMQ_ROUTING_ID, "named");
    connect_to (dealer, "inproc://x");
    connect_to (unnamed, "inproc://x");
    connect_to (req, "inproc://x");
    SEND (dealer, "1");
    MUST (zmq_bind (router, "inproc://x"));
    RECV (router);
    SEND (unnamed, "2");
    RECV (router);
    SEND (req, "3");
    RECV (router);
    SEND (router, "named", "back");
    RECV (dealer);
    MUST (zmq_close (unnamed));
    MUST (zmq_close (req));
    end (ctx, router, dealer);
}

static void subscribe_first (void)
{
    void *ctx = new_context ();
    void *pub = new_socket (ctx, ZMQ_PUB), *sub = new_socket (ctx, ZMQ_SUB);
    connect_to (pub, "inproc://x");
    SEND (pub, "before");
    set_text (sub, ZMQ_SUBSCRIBE, "");
    MUST (zmq_bind (sub, "inproc://x"));
    sync_pubsub (pub, sub);
    SEND (pub, "after");
    RECV (sub);
    end (ctx, pub, sub);
}

static void gone_before_bind (void)
{
    void *ctx = new_context ();
    void *push = new_socket (ctx, ZMQ_PUSH), *pull = new_socket (ctx, ZMQ_PULL);
    connect_to (push, "inproc://x");
    MUST (zmq_close (push));
    MUST (zmq_bind (pull, "inproc://x"));
    RECV_NOW (pull);
    push = new_socket (ctx, ZMQ_PUSH);
    connect_to (push, "inproc://x");
    SEND (push, "later");
    RECV (pull);
    end (ctx, push, pull);
}

static void run (void)
{
    several ();
    identities ();
    subscribe_first ();
    gone_before_bind ();
}
