/* Every system call that the library makes on a connection's way fails, with
   each errno its manual lists and EIO, at its first, second, third and fifth
   turn: no abort, no hang, and the context serves the next sockets. */
/* security: errno-lists */
#include "check.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

/* ---- The calls, which the library finds here before libc's --------------- */

static const char *volatile target;
static volatile int error, countdown;

static int fails (const char *name)
{
    const char *wanted = target;
    if (!wanted || strcmp (name, wanted) != 0 || __sync_fetch_and_sub (&countdown, 1) != 1)
        return 0;
    errno = error;
    return 1;
}

#define CALL(type, name, parameters, ...)                                      \
    type name parameters                                                       \
    {                                                                          \
        return fails (#name) ? (type) -1 : (type) syscall (SYS_##name, __VA_ARGS__); \
    }

CALL (int, socket, (int a, int b, int c), a, b, c)
CALL (int, listen, (int a, int b), a, b)
CALL (int, epoll_create1, (int a), a)
CALL (int, epoll_ctl, (int a, int b, int c, struct epoll_event *d), a, b, c, d)
CALL (int, timerfd_create, (clockid_t a, int b), a, b)
CALL (int, timerfd_settime,
      (int a, int b, const struct itimerspec *c, struct itimerspec *d), a, b, c, d)
CALL (int, getsockopt, (int a, int b, int c, void *d, socklen_t *e), a, b, c, d, e)
CALL (int, setsockopt, (int a, int b, int c, const void *d, socklen_t e), a, b, c, d, e)
CALL (ssize_t, read, (int a, void *b, size_t c), a, b, c)
CALL (ssize_t, write, (int a, const void *b, size_t c), a, b, c)
CALL (ssize_t, recvmsg, (int a, struct msghdr *b, int c), a, b, c)
CALL (ssize_t, sendmsg, (int a, const struct msghdr *b, int c), a, b, c)
CALL (int, bind, (int a, const struct sockaddr *b, socklen_t c), a, b, c)
CALL (int, connect, (int a, const struct sockaddr *b, socklen_t c), a, b, c)
CALL (int, accept4, (int a, struct sockaddr *b, socklen_t *c, int d), a, b, c, d)
CALL (int, getsockname, (int a, struct sockaddr *b, socklen_t *c), a, b, c)
CALL (int, getpeername, (int a, struct sockaddr *b, socklen_t *c), a, b, c)

int eventfd (unsigned a, int b)
{
    return fails ("eventfd") ? -1 : (int) syscall (SYS_eventfd2, a, b);
}

ssize_t recv (int a, void *b, size_t c, int d)
{
    return fails ("recv") ? -1 : syscall (SYS_recvfrom, a, b, c, d, NULL, NULL);
}

ssize_t send (int a, const void *b, size_t c, int d)
{
    return fails ("send") ? -1 : syscall (SYS_sendto, a, b, c, d, NULL, 0);
}

int epoll_wait (int a, struct epoll_event *b, int c, int d)
{
    return fails ("epoll_wait") ? -1 : (int) syscall (SYS_epoll_pwait, a, b, c, d, NULL, 8);
}

int ppoll (struct pollfd *a, nfds_t b, const struct timespec *c, const sigset_t *d)
{
    struct timespec t = c ? *c : (struct timespec) {0, 0};
    return fails ("ppoll") ? -1 : (int) syscall (SYS_ppoll, a, b, c ? &t : NULL, d, 8);
}

/* A scenario in which the call to fail was never made: nothing was shown. */
#define NOT_CALLED 7

/* ---- What is tried -------------------------------------------------------- */

static const struct
{
    const char *name;
    int errors[20];
} calls[] = {
    {"socket", {EACCES, EAFNOSUPPORT, EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM, EPROTONOSUPPORT, EIO}},
    {"bind", {EACCES, EADDRINUSE, EBADF, EINVAL, ENOTSOCK, EADDRNOTAVAIL, ENOMEM, ENOTDIR, EROFS, EIO}},
    {"listen", {EADDRINUSE, EBADF, ENOTSOCK, EOPNOTSUPP, EIO}},
    {"connect", {EACCES, EPERM, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EAGAIN, EALREADY, EBADF,
                 ECONNREFUSED, EINTR, EISCONN, ENETUNREACH, ENOTSOCK, EPROTOTYPE, ETIMEDOUT, EIO}},
    {"accept4", {EAGAIN, EBADF, ECONNABORTED, EINTR, EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM,
                 ENOTSOCK, EOPNOTSUPP, EPERM, EPROTO, ENETDOWN, EHOSTUNREACH, EIO}},
    {"getsockname", {EBADF, EINVAL, ENOBUFS, ENOTSOCK, EIO}},
    {"getpeername", {EBADF, EINVAL, ENOBUFS, ENOTCONN, ENOTSOCK, EIO}},
    {"getsockopt", {EBADF, EINVAL, ENOPROTOOPT, ENOTSOCK, EIO}},
    {"setsockopt", {EBADF, EINVAL, ENOPROTOOPT, ENOTSOCK, EDOM, ENOMEM, EIO}},
    {"recv", {EAGAIN, EBADF, ECONNREFUSED, ECONNRESET, EINTR, EINVAL, ENOMEM, ENOTCONN, ENOTSOCK,
              ETIMEDOUT, EHOSTUNREACH, EIO}},
    {"recvmsg", {EAGAIN, EBADF, ECONNRESET, EINTR, ENOMEM, ENOTCONN, EIO}},
    {"read", {EAGAIN, EBADF, EINTR, EINVAL, EIO}},
    {"send", {EAGAIN, EBADF, ECONNRESET, EDESTADDRREQ, EINTR, EINVAL, EMSGSIZE, ENOBUFS, ENOMEM,
              ENOTCONN, ENOTSOCK, EPIPE, ETIMEDOUT, EIO}},
    {"sendmsg", {EAGAIN, EBADF, ECONNRESET, EINTR, ENOBUFS, ENOMEM, ENOTCONN, EPIPE, EIO}},
    {"write", {EAGAIN, EBADF, EINTR, EINVAL, EPIPE, EIO}},
    {"epoll_create1", {EINVAL, EMFILE, ENFILE, ENOMEM, EIO}},
    {"epoll_ctl", {EBADF, EEXIST, EINVAL, ENOENT, ENOMEM, ENOSPC, EPERM, EIO}},
    {"epoll_wait", {EBADF, EINTR, EINVAL, EIO}},
    {"eventfd", {EINVAL, EMFILE, ENFILE, ENODEV, ENOMEM, EIO}},
    {"ppoll", {EINTR, EINVAL, ENOMEM, EIO}},
    {"timerfd_create", {EINVAL, EMFILE, ENFILE, ENODEV, ENOMEM, EPERM, EIO}},
    {"timerfd_settime", {EBADF, ECANCELED, EINVAL, EIO}},
};

static void *open_socket (void *ctx, int type)
{
    void *s = NULL;
    for (int i = 0; !s && i < 3; i++)
        s = zmq_socket (ctx, type);
    if (!s)
        _exit (6);
    int zero = 0, wait = 5;
    zmq_setsockopt (s, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt (s, ZMQ_RCVTIMEO, &wait, sizeof wait);
    zmq_setsockopt (s, ZMQ_RECONNECT_IVL, &wait, sizeof wait);
    return s;
}

/* Whether a message gets through within so many tries. */
static int exchange (void *ctx, const char *endpoint, int tries)
{
    void *pull = open_socket (ctx, ZMQ_PULL), *push = open_socket (ctx, ZMQ_PUSH);
    char text[256] = "";
    size_t size = sizeof text;
    static char large[300000];
    int got = 0;
    for (int i = 0; i < 3 && zmq_bind (pull, endpoint) == -1; i++)
        ;
    if (zmq_getsockopt (pull, ZMQ_LAST_ENDPOINT, text, &size) == 0 && text[0])
        for (int i = 0; i < 3 && zmq_connect (push, text) == -1; i++)
            ;
    for (int i = 0; i < tries && !got; i++) {
        zmq_pollitem_t item = {pull, 0, ZMQ_POLLIN, 0};
        /* A large one goes out in pieces, and many in a row are gathered. */
        zmq_send (push, large, sizeof large, ZMQ_DONTWAIT);
        for (int k = 0; k < 100; k++)
            zmq_send (push, "x", 1, ZMQ_DONTWAIT);
        zmq_poll (&item, 1, 5);
        while (zmq_recv (pull, text, sizeof text, 0) > 0)
            got++;
    }
    zmq_close (push);
    zmq_close (pull);
    return got;
}

static void scenario (const char *name, int number, int turn)
{
    char ipc[64];
    snprintf (ipc, sizeof ipc, "ipc://@capi-errors-%ld", (long) getpid ());
    alarm (20);
    void *ctx = zmq_ctx_new ();
    error = number;
    countdown = turn;
    target = name;
    exchange (ctx, "tcp://127.0.0.1:*", 30);
    exchange (ctx, ipc, 30);
    target = NULL;
    if (!exchange (ctx, "tcp://127.0.0.1:*", 500))
        _exit (5);
    while (zmq_ctx_term (ctx) == -1 && errno == EINTR)
        ;
    _exit (countdown < turn ? 0 : NOT_CALLED);
}

/* One process for each turn, all at the same time. */
static int bad_ends (const char *name, int number, int *made)
{
    static const int turns[] = {1, 2, 3, 5};
    pid_t children[4];
    int bad = 0;
    for (int i = 0; i < 4; i++) {
        children[i] = fork ();
        MUST (children[i]);
        if (children[i] == 0)
            scenario (name, number, turns[i]);
    }
    for (int i = 0; i < 4; i++) {
        int status = 0;
        MUST (waitpid (children[i], &status, 0));
        *made += status == 0;
        if (status == 0 || (WIFEXITED (status) && WEXITSTATUS (status) == NOT_CALLED))
            continue;
        bad++;
        fprintf (stderr, "%s, %s, turn %d: %s %d\n", name, strerror (number), turns[i],
                 WIFSIGNALED (status) ? "signal" : "exit",
                 WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status));
    }
    return bad;
}

static void run (void)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        int bad = 0, made = 0, count = 0;
        for (const int *number = calls[i].errors; *number; number++, count++)
            bad += bad_ends (calls[i].name, *number, &made);
        say ("%s: %s, %d errors, %d bad ends", calls[i].name, made ? "made" : "never made", count, bad);
    }
}
