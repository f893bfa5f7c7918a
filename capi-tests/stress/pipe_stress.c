/*
 * Two peers exchange numbered messages of random sizes at random speeds and
 * check each one's number and every byte. Both sides work out sizes and
 * contents from the seed, so nothing but the messages travels.
 *
 *   pipe_stress <tcp|ipc|inproc> <push|dealer> <hwm> [count] [seed] [timeout-s]
 *
 * push: one way, PUSH to PULL. dealer: both ways at once, DEALER and DEALER.
 * Over tcp and ipc the two sides are two processes, the second one this program
 * run again (with LD_LIBRARY_PATH from PEER_LIBRARY_PATH, if that is set); over
 * inproc they are two threads. Prints one line and exits with 0 when all arrived.
 */
#include <zmq.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST = 20000 };

struct side {
    const char *name;
    void *socket;
    uint64_t seed_out, seed_in;
    long sent, received, to_send, to_receive;
    uint64_t pace;
};

static void fail (const char *side, const char *what, long at)
{
    fprintf (stderr, "%s: %s at message %ld: %s\n", side, what, at, zmq_strerror (errno));
    exit (1);
}

#define MUST(call)                                                             \
    do {                                                                       \
        if ((call) == -1)                                                      \
            fail ("call", #call, 0);                                         \
    } while (0)

/* xorshift64*: small, and the same everywhere. */
static uint64_t next_random (uint64_t *state)
{
    uint64_t x = *state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * 2685821657736338717u;
}

/* The state from which message `number` of a direction is made. */
static uint64_t state_of (uint64_t seed, long number)
{
    uint64_t state = seed + (uint64_t) number * 0x9e3779b97f4a7c15u;
    next_random (&state);
    return state ? state : 1;
}

/* Mostly small, now and then large, so that both kinds of path are met. */
static size_t size_of (uint64_t *state)
{
    uint64_t r = next_random (state);
    switch (r % 8) {
    case 0: return 8 + (r >> 8) % LARGEST;
    case 1: return 8 + (r >> 8) % 1000;
    default: return 8 + (r >> 8) % 80;
    }
}

static void write_body (unsigned char *data, size_t size, long number, uint64_t state)
{
    uint64_t as_bytes = (uint64_t) number;
    memcpy (data, &as_bytes, 8);
    for (size_t at = 8; at < size;) {
        uint64_t word = next_random (&state);
        size_t piece = size - at < 8 ? size - at : 8;
        memcpy (data + at, &word, piece);
        at += piece;
    }
}

static void check_body (struct side *side, const unsigned char *data, size_t size)
{
    static __thread unsigned char want[LARGEST + 8];
    uint64_t state = state_of (side->seed_in, side->received);
    size_t want_size = size_of (&state);
    if (size != want_size) {
        uint64_t number = 0;
        memcpy (&number, data, size < 8 ? size : 8);
        fprintf (stderr, "%s: message %ld has %zu bytes, not %zu; its number is %llu\n", side->name,
                 side->received, size, want_size, (unsigned long long) number);
        exit (1);
    }
    write_body (want, size, side->received, state);
    if (memcmp (want, data, size) != 0) {
        errno = 0;
        fail (side->name, "content differs", side->received);
    }
}

/* Rarely a real pause, sometimes a yield, mostly nothing. */
static void pause_at_random (struct side *side)
{
    uint64_t r = next_random (&side->pace) % 4096;
    if (r == 0) {
        struct timespec pause = {0, 1000000};
        nanosleep (&pause, NULL);
    } else if (r < 8)
        sched_yield ();
}

/* 1 if a message went, 0 if there was no room. */
static int send_one (struct side *side, int flags)
{
    zmq_msg_t msg;
    uint64_t state = state_of (side->seed_out, side->sent);
    size_t size = size_of (&state);
    MUST (zmq_msg_init_size (&msg, size));
    write_body (zmq_msg_data (&msg), size, side->sent, state);
    if (zmq_msg_send (&msg, side->socket, flags) == -1) {
        if (errno != EAGAIN)
            fail (side->name, "send", side->sent);
        zmq_msg_close (&msg);
        return 0;
    }
    side->sent++;
    return 1;
}

static int receive_one (struct side *side, int flags)
{
    zmq_msg_t msg;
    MUST (zmq_msg_init (&msg));
    if (zmq_msg_recv (&msg, side->socket, flags) == -1) {
        if (errno != EAGAIN)
            fail (side->name, "receive", side->received);
        return 0;
    }
    check_body (side, zmq_msg_data (&msg), zmq_msg_size (&msg));
    side->received++;
    zmq_msg_close (&msg);
    return 1;
}

/* Blocking calls where only one direction is left, polling while both are. */
static void exchange (struct side *side)
{
    while (side->sent < side->to_send || side->received < side->to_receive) {
        int sending = side->sent < side->to_send, receiving = side->received < side->to_receive;
        pause_at_random (side);
        if (!receiving)
            send_one (side, 0);
        else if (!sending)
            receive_one (side, 0);
        else {
            int moved = send_one (side, ZMQ_DONTWAIT);
            moved += receive_one (side, ZMQ_DONTWAIT);
            if (!moved) {
                zmq_pollitem_t item = {side->socket, 0, ZMQ_POLLIN | ZMQ_POLLOUT, 0};
                if (zmq_poll (&item, 1, -1) == -1 && errno != EINTR)
                    fail (side->name, "poll", side->sent);
            }
        }
    }
}

struct plan {
    const char *transport;
    int both_ways, hwm, timeout;
    long count;
    uint64_t seed;
};

static void set (void *socket, int option, int value)
{
    MUST (zmq_setsockopt (socket, option, &value, sizeof value));
}

/* The first side binds; with push it is the one that receives. */
static struct side make_side (void *ctx, const struct plan *plan, int first)
{
    struct side side = {0};
    int type = plan->both_ways ? ZMQ_DEALER : first ? ZMQ_PULL : ZMQ_PUSH;
    side.name = first ? "first" : "second";
    side.socket = zmq_socket (ctx, type);
    if (!side.socket)
        fail (side.name, "zmq_socket", 0);
    set (side.socket, ZMQ_SNDHWM, plan->hwm);
    set (side.socket, ZMQ_RCVHWM, plan->hwm);
    side.seed_out = plan->seed + (first ? 1 : 2);
    side.seed_in = plan->seed + (first ? 2 : 1);
    side.to_send = plan->both_ways || !first ? plan->count : 0;
    side.to_receive = plan->both_ways || first ? plan->count : 0;
    side.pace = plan->seed * 3 + (first ? 7 : 11);
    return side;
}

/* The second side leaves when told that the first has all: with libzmq 4.3 a
   hang-up on a receiver that is full loses what is in the kernel's buffer. */
static void goodbye_to_parent (int fd)
{
    char byte;
    if (read (fd, &byte, 1) == -1)
        fail ("second", "goodbye", 0);
}

static void run_second (const struct plan *plan, const char *endpoint, int fd)
{
    void *ctx = zmq_ctx_new ();
    struct side side = make_side (ctx, plan, 0);
    MUST (zmq_connect (side.socket, endpoint));
    exchange (&side);
    goodbye_to_parent (fd);
    MUST (zmq_close (side.socket));
    MUST (zmq_ctx_term (ctx));
}

static pid_t start_second (char **argv, int argc, const char *endpoint, int read_end, int write_end)
{
    pid_t pid = fork ();
    if (pid != 0)
        return pid;
    char number[16], *arguments[16];
    const char *path = getenv ("PEER_LIBRARY_PATH");
    close (write_end);
    snprintf (number, sizeof number, "%d", read_end);
    setenv ("STRESS_GOODBYE_FD", number, 1);
    setenv ("STRESS_ENDPOINT", endpoint, 1);
    if (path)
        setenv ("LD_LIBRARY_PATH", path, 1);
    for (int i = 0; i <= argc; i++)
        arguments[i] = argv[i];
    execv ("/proc/self/exe", arguments);
    _exit (127);
}

static void run_processes (const struct plan *plan, int argc, char **argv)
{
    char endpoint[256];
    size_t size = sizeof endpoint;
    int ends[2], status = 0;
    void *ctx = zmq_ctx_new ();
    struct side side = make_side (ctx, plan, 1);
    if (strcmp (plan->transport, "tcp") == 0)
        strcpy (endpoint, "tcp://127.0.0.1:*");
    else
        snprintf (endpoint, sizeof endpoint, "ipc:///tmp/pipe-stress-%ld", (long) getpid ());
    MUST (zmq_bind (side.socket, endpoint));
    MUST (zmq_getsockopt (side.socket, ZMQ_LAST_ENDPOINT, endpoint, &size));
    MUST (pipe (ends));
    pid_t pid = start_second (argv, argc, endpoint, ends[0], ends[1]);
    MUST (pid);
    close (ends[0]);
    exchange (&side);
    if (write (ends[1], "x", 1) != 1)
        fail ("first", "goodbye", side.received);
    MUST (waitpid (pid, &status, 0));
    set (side.socket, ZMQ_LINGER, 0);
    MUST (zmq_close (side.socket));
    MUST (zmq_ctx_term (ctx));
    if (strncmp (endpoint, "ipc://", 6) == 0)
        unlink (endpoint + 6);
    if (!WIFEXITED (status) || WEXITSTATUS (status) != 0) {
        fprintf (stderr, "second: ended with status %d\n", status);
        exit (1);
    }
}

static void *exchange_in_thread (void *side)
{
    exchange (side);
    return NULL;
}

static void run_threads (const struct plan *plan)
{
    void *ctx = zmq_ctx_new ();
    struct side first = make_side (ctx, plan, 1), second = make_side (ctx, plan, 0);
    pthread_t thread;
    MUST (zmq_bind (first.socket, "inproc://stress"));
    MUST (zmq_connect (second.socket, "inproc://stress"));
    pthread_create (&thread, NULL, exchange_in_thread, &second);
    exchange (&first);
    pthread_join (thread, NULL);
    MUST (zmq_close (first.socket));
    MUST (zmq_close (second.socket));
    MUST (zmq_ctx_term (ctx));
}

static void too_long (int signal_number)
{
    static const char text[] = "watchdog: took too long\n";
    (void) signal_number;
    if (write (2, text, sizeof text - 1) == -1)
        _exit (4);
    _exit (3);
}

int main (int argc, char **argv)
{
    if (argc < 4 || argc > 7) {
        fprintf (stderr, "usage: %s <tcp|ipc|inproc> <push|dealer> <hwm> [count] [seed] [timeout-s]\n",
                 argv[0]);
        return 2;
    }
    struct plan plan = {argv[1], strcmp (argv[2], "dealer") == 0, atoi (argv[3]), 600, 1000000, 1};
    if (argc > 4)
        plan.count = atol (argv[4]);
    if (argc > 5)
        plan.seed = strtoull (argv[5], NULL, 10);
    if (argc > 6)
        plan.timeout = atoi (argv[6]);
    signal (SIGALRM, too_long);
    signal (SIGPIPE, SIG_IGN);
    alarm ((unsigned) plan.timeout);
    if (getenv ("STRESS_ENDPOINT")) {
        run_second (&plan, getenv ("STRESS_ENDPOINT"), atoi (getenv ("STRESS_GOODBYE_FD")));
        return 0;
    }
    if (strcmp (plan.transport, "inproc") == 0)
        run_threads (&plan);
    else
        run_processes (&plan, argc, argv);
    printf ("%s %s hwm %d: %ld messages %s\n", plan.transport, argv[2], plan.hwm, plan.count,
            plan.both_ways ? "each way" : "one way");
    return 0;
}
