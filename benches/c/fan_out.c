/*
 * One PUB, many SUBs by tcp in another process; deliveries per second.
 *
 *   all      the publisher waits for the slowest subscriber (XPUB_NODROP)
 *   window   the publisher may lose, but waits every 500 messages until the
 *            subscribers have them, so that it need not
 *   stuck    the same with one more subscriber, who never receives anything
 */
#include "publish.h"

enum { MOST = 1024, TURN = 50, WINDOW = 500 };

static char endpoint[128];
static struct signal ready, caught_up, done;
static int subscribers, windows, stuck;
static size_t size;
static long count;

static void publishing_process (void *unused)
{
    (void) unused;
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    void *s = must_have (zmq_socket (ctx, ZMQ_PUB), "zmq_socket");
    /* libzmq learns late that a pipe has room again: room for many windows. */
    if (windows)
        set_int (s, ZMQ_SNDHWM, 20 * WINDOW);
    else
        set_int (s, ZMQ_XPUB_NODROP, 1);
    set_int (s, ZMQ_LINGER, 0);
    MUST (zmq_bind (s, endpoint));
    probe_until (s, &ready);
    for (long left = count; left > 0; left -= WINDOW) {
        send_many (s, size, left < WINDOW ? left : WINDOW);
        if (windows)
            await_signal (&caught_up);
    }
    await_signal (&done);
    MUST (zmq_close (s));
    MUST (zmq_ctx_term (ctx));
}

static double receive_all (void **sockets)
{
    zmq_msg_t msg;
    double start = 0;
    MUST (zmq_msg_init (&msg));
    for (int i = 0; i < subscribers + stuck; i++)
        MUST (zmq_msg_recv (&msg, sockets[i], 0));
    raise_signal (&ready);
    for (long received = 0; received < count;) {
        long turn = count - received < TURN ? count - received : TURN;
        for (int i = 0; i < subscribers; i++)
            for (long k = 0; k < turn; k++) {
                receive_published (sockets[i], &msg, size);
                if (start == 0)
                    start = seconds ();
            }
        received += turn;
        if (windows && (received % WINDOW == 0 || received == count))
            raise_signal (&caught_up);
    }
    return seconds () - start;
}

int main (int argc, char **argv)
{
    void *sockets[MOST + 1];
    if (argc != 5 || atoi (argv[2]) > MOST)
        usage ("fan_out", "<all|window|stuck> <subscribers> <message-size> <message-count>");
    stuck = strcmp (argv[1], "stuck") == 0;
    windows = strcmp (argv[1], "all") != 0;
    subscribers = atoi (argv[2]);
    size = strtoul (argv[3], NULL, 10);
    count = atol (argv[4]);
    new_endpoint ("tcp", endpoint, sizeof endpoint);
    ready = new_signal ();
    caught_up = new_signal ();
    done = new_signal ();
    pid_t child = spawn (publishing_process, NULL);
    void *ctx = must_have (zmq_ctx_new (), "zmq_ctx_new");
    for (int i = 0; i < subscribers + stuck; i++)
        sockets[i] = new_subscriber (ctx, endpoint);
    double elapsed = receive_all (sockets);
    raise_signal (&done);
    join (child);
    print_throughput (size, count * subscribers, elapsed);
    for (int i = 0; i < subscribers + stuck; i++)
        MUST (zmq_close (sockets[i]));
    MUST (zmq_ctx_term (ctx));
    return 0;
}
