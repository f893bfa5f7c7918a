/* A sandbox (seccomp) denies a system call that the library can do without,
   from the start or once traffic runs: traffic runs. A fault that passes, of a
   write, of random numbers in a handshake, of a registration with epoll: the
   connection comes back by itself. */
#include "check.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* ---- Faults --------------------------------------------------------------- */

static void deny (int number, int error)
{
    struct sock_filter filter[] = {
        BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
        BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    MUST (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    MUST (syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program));
}

/* The library finds these here before libc's. */
static const char *volatile target;
static volatile int error, countdown, fired;

static int fails (const char *name)
{
    const char *wanted = target;
    if (!wanted || strcmp (name, wanted) != 0 || __sync_fetch_and_sub (&countdown, 1) != 1)
        return 0;
    fired = 1;
    errno = error;
    return 1;
}

ssize_t send (int a, const void *b, size_t c, int d)
{
    return fails ("send") ? -1 : syscall (SYS_sendto, a, b, c, d, NULL, 0);
}

ssize_t getrandom (void *a, size_t b, unsigned c)
{
    return fails ("getrandom") ? -1 : syscall (SYS_getrandom, a, b, c);
}

int epoll_ctl (int a, int b, int c, struct epoll_event *d)
{
    return fails ("epoll_ctl") ? -1 : (int) syscall (SYS_epoll_ctl, a, b, c, d);
}

/* ---- Traffic -------------------------------------------------------------- */

static void *ctx, *push, *pull;
static char server_public[41], server_secret[41], public[41], secret[41];

static void open_pair (int curve)
{
    char endpoint[100];
    size_t size = sizeof endpoint;
    push = zmq_socket (ctx, ZMQ_PUSH);
    pull = zmq_socket (ctx, ZMQ_PULL);
    set_int (push, ZMQ_LINGER, 0);
    set_int (push, ZMQ_RECONNECT_IVL, 10);
    set_int (pull, ZMQ_RCVTIMEO, 50);
    if (curve) {
        set_int (pull, ZMQ_CURVE_SERVER, 1);
        MUST (zmq_setsockopt (pull, ZMQ_CURVE_SECRETKEY, server_secret, 40));
        MUST (zmq_setsockopt (push, ZMQ_CURVE_SERVERKEY, server_public, 40));
        MUST (zmq_setsockopt (push, ZMQ_CURVE_PUBLICKEY, public, 40));
        MUST (zmq_setsockopt (push, ZMQ_CURVE_SECRETKEY, secret, 40));
    }
    MUST (zmq_bind (pull, "tcp://127.0.0.1:*"));
    MUST (zmq_getsockopt (pull, ZMQ_LAST_ENDPOINT, endpoint, &size));
    MUST (zmq_connect (push, endpoint));
}

/* Sends bursts and one in pieces until one that was sent last has come. The
   watchdog ends a pair that never does. */
static void get_through (void)
{
    static int number;
    static char large[300000];
    int got = 0, first = number + 1;
    while (got < first) {
        for (int i = 0; i < 200; i++) {
            number++;
            memcpy (large, &number, sizeof number);
            if (zmq_send (push, large, i == 0 ? sizeof large : 40, ZMQ_DONTWAIT) == -1)
                break;
        }
        int received;
        while (zmq_recv (pull, &received, sizeof received, got < first ? 0 : ZMQ_DONTWAIT) >= 0)
            got = received;
    }
}

static void close_pair (void)
{
    MUST (zmq_close (push));
    MUST (zmq_close (pull));
    MUST (zmq_ctx_term (ctx));
}

static void in_child (const char *what, void (*body) (int, int), int a, int b)
{
    int status = 0;
    fflush (stdout);
    pid_t child = fork ();
    MUST (child);
    if (child == 0) {
        alarm (20);
        body (a, b);
        close_pair ();
        _exit (0);
    }
    MUST (waitpid (child, &status, 0));
    say ("%s: %s", what, status == 0 ? "works" : "FAILS");
}

static void from_the_start (int number, int errno_given)
{
    deny (number, errno_given);
    ctx = zmq_ctx_new ();
    open_pair (0);
    get_through ();
}

static void later (int number, int errno_given)
{
    ctx = zmq_ctx_new ();
    open_pair (0);
    get_through ();
    deny (number, errno_given);
    for (int i = 0; i < 20; i++)
        get_through ();
}

static void strike (const char *name, int errno_given, int turn)
{
    error = errno_given;
    countdown = turn;
    fired = 0;
    target = name;
}

static void a_write (int errno_given, int unused)
{
    (void) unused;
    ctx = zmq_ctx_new ();
    open_pair (0);
    get_through ();
    strike ("send", errno_given, 1);
    while (!fired)
        get_through ();
    get_through ();
}

static void random_numbers (int errno_given, int turn)
{
    ctx = zmq_ctx_new ();
    MUST (zmq_curve_keypair (server_public, server_secret));
    MUST (zmq_curve_keypair (public, secret));
    strike ("getrandom", errno_given, turn);
    open_pair (1);
    get_through ();
}

static void registration (int errno_given, int turn)
{
    ctx = zmq_ctx_new ();
    zmq_close (zmq_socket (ctx, ZMQ_PAIR)); /* the I/O thread's own are there */
    strike ("epoll_ctl", errno_given, turn);
    open_pair (0);
    get_through ();
}

static void run (void)
{
    static const struct
    {
        const char *name;
        int number;
    } calls[] = {
        {"membarrier", SYS_membarrier}, {"ppoll", SYS_ppoll}, {"sendmsg", SYS_sendmsg},
        {"recvmsg", SYS_recvmsg}, {"accept4", SYS_accept4}, {"timerfd_create", SYS_timerfd_create},
        {"timerfd_settime", SYS_timerfd_settime}, {"getrandom", SYS_getrandom},
        {"getpeername", SYS_getpeername},
    };
    char what[100];
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        snprintf (what, sizeof what, "%s EPERM from the start", calls[i].name);
        in_child (what, from_the_start, calls[i].number, EPERM);
        snprintf (what, sizeof what, "%s ENOSYS later", calls[i].name);
        in_child (what, later, calls[i].number, ENOSYS);
    }
    in_child ("a write, EPIPE", a_write, EPIPE, 0);
    in_child ("a write, EPERM", a_write, EPERM, 0);
    for (int turn = 1; turn <= 6; turn++) {
        snprintf (what, sizeof what, "random numbers, EAGAIN, turn %d", turn);
        in_child (what, random_numbers, EAGAIN, turn);
    }
    for (int turn = 1; turn <= 8; turn++) {
        snprintf (what, sizeof what, "epoll_ctl, ENOSPC, turn %d", turn);
        in_child (what, registration, ENOSPC, turn);
    }
}
