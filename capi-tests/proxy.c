/* zmq_proxy between ROUTER and DEALER: many clients, several workers. */
/* behaviours: 241 */
#include "check.h"

enum { CLIENTS = 5, WORKERS = 3, EACH = 50 };
static void *ctx;
static int wrong;

static void *worker (void *unused)
{
    void *s = new_socket (ctx, ZMQ_REP);
    char text[64];
    set_int (s, ZMQ_RCVTIMEO, -1);
    connect_to (s, "inproc://back");
    while (recv_text (s, text, sizeof text, 0) >= 0) {
        char tail[64];
        MUST (recv_text (s, tail, sizeof tail, 0));
        SEND (s, text, tail);
    }
    MUST_BE (errno == ETERM);
    MUST (zmq_close (s));
    return unused;
}

static void *client (void *endpoint)
{
    void *s = new_socket (ctx, ZMQ_REQ);
    connect_to (s, endpoint);
    for (int i = 0; i < EACH; i++) {
        char text[64];
        snprintf (text, sizeof text, "request %d", i);
        SEND (s, text, "tail");
        int good = text_equals (s, text);
        good = text_equals (s, "tail") && good;
        if (!good)
            __sync_fetch_and_add (&wrong, 1);
    }
    MUST (zmq_close (s));
    return NULL;
}

static void *proxy (void *endpoint)
{
    void *front = new_socket (ctx, ZMQ_ROUTER), *back = new_socket (ctx, ZMQ_DEALER);
    MUST (zmq_bind (front, endpoint));
    MUST (zmq_bind (back, "inproc://back"));
    TRY (zmq_proxy (front, back, NULL));
    MUST (zmq_close (front));
    MUST (zmq_close (back));
    return NULL;
}

static void run (void)
{
    pthread_t clients[CLIENTS], workers[WORKERS], middle;
    char endpoint[200];
    fresh_address ("ipc", endpoint, sizeof endpoint);
    ctx = new_context ();
    pthread_create (&middle, NULL, proxy, endpoint);
    for (int i = 0; i < WORKERS; i++)
        pthread_create (&workers[i], NULL, worker, NULL);
    for (int i = 0; i < CLIENTS; i++)
        pthread_create (&clients[i], NULL, client, endpoint);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join (clients[i], NULL);
    say ("wrong answers: %d", wrong);
    MUST (zmq_ctx_shutdown (ctx));
    pthread_join (middle, NULL);
    for (int i = 0; i < WORKERS; i++)
        pthread_join (workers[i], NULL);
    TRY (zmq_ctx_term (ctx));
}
