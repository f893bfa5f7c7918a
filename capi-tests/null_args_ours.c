/* NULL and garbage where upstream would crash or abort: an errno instead. */
/* behaviours: 35 */
#include "check.h"

static void handles (void *garbage)
{
    char byte;
    int value = 0;
    size_t size = sizeof value;
    zmq_msg_t msg;
    MUST (zmq_msg_init (&msg));
    TRY (zmq_ctx_term (garbage));
    TRY (zmq_ctx_shutdown (garbage));
    TRY (zmq_ctx_set (garbage, ZMQ_IO_THREADS, 1));
    TRY (zmq_ctx_get (garbage, ZMQ_IO_THREADS));
    TRY_PTR (zmq_socket (garbage, ZMQ_PAIR));
    TRY (zmq_close (garbage));
    TRY (zmq_setsockopt (garbage, ZMQ_LINGER, &value, sizeof value));
    TRY (zmq_getsockopt (garbage, ZMQ_LINGER, &value, &size));
    TRY (zmq_bind (garbage, "inproc://x"));
    TRY (zmq_connect (garbage, "inproc://x"));
    TRY (zmq_unbind (garbage, "inproc://x"));
    TRY (zmq_disconnect (garbage, "inproc://x"));
    TRY (zmq_send (garbage, "x", 1, 0));
    TRY (zmq_send_const (garbage, "x", 1, 0));
    TRY (zmq_recv (garbage, &byte, 1, 0));
    TRY (zmq_msg_send (&msg, garbage, 0));
    TRY (zmq_msg_recv (&msg, garbage, 0));
    TRY (zmq_socket_monitor (garbage, "inproc://m", ZMQ_EVENT_ALL));
    zmq_pollitem_t item = {garbage, 0, ZMQ_POLLIN, 0};
    TRY (zmq_poll (&item, 1, 0));
    TRY (zmq_proxy (garbage, garbage, NULL));
    TRY (zmq_timers_execute (garbage));
    TRY (zmq_msg_close (&msg));
}

static void messages (void)
{
    zmq_msg_t msg;
    TRY (zmq_msg_init (NULL));
    TRY (zmq_msg_init_size (NULL, 1));
    TRY (zmq_msg_init_data (NULL, NULL, 0, NULL, NULL));
    TRY (zmq_msg_init_data (&msg, NULL, 5, NULL, NULL));
    TRY (zmq_msg_close (NULL));
    MUST (zmq_msg_init (&msg));
    TRY (zmq_msg_copy (NULL, &msg));
    TRY (zmq_msg_copy (&msg, NULL));
    TRY (zmq_msg_move (NULL, &msg));
    TRY (zmq_msg_move (&msg, NULL));
    TRY_PTR (zmq_msg_data (NULL));
    TRY (zmq_msg_size (NULL));
    TRY (zmq_msg_more (NULL));
    TRY (zmq_msg_get (NULL, ZMQ_MORE));
    TRY_PTR (zmq_msg_gets (NULL, "Socket-Type"));
    TRY_PTR (zmq_msg_gets (&msg, NULL));
    TRY (zmq_msg_close (&msg));
    TRY_PTR (zmq_msg_data (&msg));
    TRY (zmq_msg_size (&msg));
}

static void sockets (void)
{
    void *ctx = new_context (), *a, *b;
    char byte;
    size_t size = 4;
    zmq_msg_t closed;
    new_link (ctx, "inproc", ZMQ_PAIR, &a, ZMQ_PAIR, &b);
    TRY (zmq_bind (a, NULL));
    TRY (zmq_connect (a, NULL));
    TRY (zmq_setsockopt (a, ZMQ_LINGER, NULL, 4));
    TRY (zmq_setsockopt (a, ZMQ_ROUTING_ID, NULL, 4));
    TRY (zmq_getsockopt (a, ZMQ_LINGER, NULL, &size));
    TRY (zmq_getsockopt (a, ZMQ_LINGER, &byte, NULL));
    TRY (zmq_getsockopt (a, ZMQ_LINGER, NULL, NULL));
    TRY (zmq_send (a, NULL, 5, 0));
    TRY (zmq_send_const (a, NULL, 5, 0));
    SEND (b, "x");
    TRY (zmq_recv (a, NULL, 5, 0));
    TRY (zmq_msg_send (NULL, a, 0));
    TRY (zmq_msg_recv (NULL, a, 0));
    MUST (zmq_msg_init (&closed));
    MUST (zmq_msg_close (&closed));
    TRY (zmq_msg_send (&closed, a, 0));
    TRY (zmq_msg_recv (&closed, a, ZMQ_DONTWAIT));
    TRY (zmq_device (ZMQ_QUEUE, NULL, NULL));
    TRY (zmq_device (ZMQ_QUEUE, a, NULL));
    end (ctx, a, b);
}

static void utilities (void)
{
    uint8_t bytes[8] = {0};
    char text[16];
    TRY_PTR (zmq_z85_encode (NULL, bytes, 4));
    TRY_PTR (zmq_z85_encode (text, NULL, 4));
    TRY_PTR (zmq_z85_decode (NULL, "00000"));
    TRY_PTR (zmq_z85_decode (bytes, NULL));
    TRY (zmq_has (NULL));
    zmq_version (NULL, NULL, NULL);
    TRY (zmq_timers_destroy (NULL));
    TRY (zmq_atomic_counter_inc (NULL));
    TRY (zmq_atomic_counter_dec (NULL));
    TRY (zmq_atomic_counter_value (NULL));
    zmq_atomic_counter_set (NULL, 1);
    zmq_atomic_counter_destroy (NULL);
    TRY (zmq_stopwatch_intermediate (NULL));
    TRY (zmq_stopwatch_stop (NULL));
    TRY_PTR (zmq_threadstart (NULL, NULL));
    zmq_threadclose (NULL);
    say ("end");
}

static void run (void)
{
    static uint64_t zeroes[64], noise[64];
    memset (noise, 0x5a, sizeof noise);
    say ("-- zeroes");
    handles (zeroes);
    say ("-- noise");
    handles (noise);
    messages ();
    sockets ();
    utilities ();
}
