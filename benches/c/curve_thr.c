/*
 * PUSH to PULL over loopback under a security mechanism, in one process.
 *
 *   curve_thr <null|curve> <message size> <message count>
 *
 * Messages per second, from the first message received.
 */
#include "perf.h"

static void *ctx;
static const char *mechanism;
static size_t size;
static long count;
static char endpoint[256];

static void text (void *s, int option, const char *value)
{
    if (zmq_setsockopt (s, option, value, strlen (value)) == -1)
        exit (1);
}

static void *push (void *unused)
{
    (void) unused;
    void *s = zmq_socket (ctx, ZMQ_PUSH);
    if (strcmp (mechanism, "curve") == 0) {
        text (s, ZMQ_CURVE_SERVERKEY, "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7");
        text (s, ZMQ_CURVE_PUBLICKEY, "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID");
        text (s, ZMQ_CURVE_SECRETKEY, "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs");
    }
    if (zmq_connect (s, endpoint) == -1)
        exit (1);
    for (long i = 0; i < count; i++) {
        zmq_msg_t msg;
        zmq_msg_init_size (&msg, size);
        memset (zmq_msg_data (&msg), 0, size);
        if (zmq_msg_send (&msg, s, 0) == -1)
            exit (1);
    }
    zmq_close (s);
    return NULL;
}

int main (int argc, char **argv)
{
    if (argc != 4)
        return 2;
    mechanism = argv[1];
    size = (size_t) atol (argv[2]);
    count = atol (argv[3]);
    ctx = zmq_ctx_new ();
    void *s = zmq_socket (ctx, ZMQ_PULL);
    if (strcmp (mechanism, "curve") == 0) {
        int yes = 1;
        zmq_setsockopt (s, ZMQ_CURVE_SERVER, &yes, sizeof yes);
        text (s, ZMQ_CURVE_SECRETKEY, "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6");
    }
    size_t length = sizeof endpoint;
    if (zmq_bind (s, "tcp://127.0.0.1:*") == -1
        || zmq_getsockopt (s, ZMQ_LAST_ENDPOINT, endpoint, &length) == -1)
        return 1;
    pthread_t thread;
    pthread_create (&thread, NULL, push, NULL);
    zmq_msg_t msg;
    zmq_msg_init (&msg);
    zmq_msg_recv (&msg, s, 0);
    struct timespec from, to;
    clock_gettime (CLOCK_MONOTONIC, &from);
    for (long i = 1; i < count; i++)
        if (zmq_msg_recv (&msg, s, 0) == -1 || zmq_msg_size (&msg) != size)
            return 1;
    clock_gettime (CLOCK_MONOTONIC, &to);
    double elapsed = (double) (to.tv_sec - from.tv_sec) + (double) (to.tv_nsec - from.tv_nsec) / 1e9;
    print_throughput (size, count - 1, elapsed);
    pthread_join (thread, NULL);
    zmq_msg_close (&msg);
    zmq_close (s);
    zmq_ctx_term (ctx);
    return 0;
}
