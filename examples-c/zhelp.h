/*  The one helper the example programs share: start and end, text and
    multipart messages, clock, random numbers. It owns the process's signal
    handling and nothing else; each program is one file that includes it.

    A stop (SIGINT or SIGTERM) never interrupts a program in the middle. The
    signals are blocked in every thread; a watcher thread waits for them and
    shuts the context down, after which every blocking call returns -1 with
    ETERM. A program therefore needs no flag: its loops end when a call fails.  */

#ifndef ZHELP_H
#define ZHELP_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <zmq.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*  Arguments  */

/*  Argument number `at`, or the default when the user gave fewer.  */
static inline const char *zh_arg (int argc, char **argv, int at, const char *otherwise)
{
    return at < argc ? argv[at] : otherwise;
}

static inline long zh_argn (int argc, char **argv, int at, long otherwise)
{
    if (at >= argc)
        return otherwise;
    char *end;
    long value = strtol (argv[at], &end, 10);
    if (*argv[at] == '\0' || *end != '\0') {
        fprintf (stderr, "%s: '%s' is not a number\n", argv[0], argv[at]);
        exit (2);
    }
    return value;
}

/*  Time and chance  */

/*  Milliseconds of a clock that never jumps.  */
static inline int64_t zh_clock (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*  A number from 0 to below `limit`; each thread has its own sequence.  */
static inline long zh_random (long limit)
{
    static _Thread_local uint64_t state;
    if (state == 0) {
        struct timespec now;
        clock_gettime (CLOCK_REALTIME, &now);
        state = (uint64_t) now.tv_nsec ^ (uint64_t) now.tv_sec << 30
              ^ (uint64_t) getpid () << 17 ^ (uint64_t) (uintptr_t) &state;
        state |= 1;
    }
    /*  xorshift64: good enough for examples, and no lock.  */
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (long) ((state >> 11) % (uint64_t) limit);
}

/*  Start and end  */

static struct {
    void *ctx;
    pthread_t watcher;
    int stop_pipe[2];   /*  write end is closed by the watcher on a stop  */
    atomic_int stopped; /*  a signal came  */
    atomic_int ending;  /*  zh_end wakes the watcher, nobody else did  */
} zh;

static inline void zh_stop_signals (sigset_t *set)
{
    sigemptyset (set);
    sigaddset (set, SIGINT);
    sigaddset (set, SIGTERM);
}

static inline int zh_stopped (void)
{
    return atomic_load (&zh.stopped);
}

/*  Ends the program because `what` failed. A stop that arrives during the
    start-up is not a failure.  */
static inline void zh_fail (const char *what)
{
    if (errno == ETERM)
        exit (EXIT_SUCCESS);
    fprintf (stderr, "%s: %s\n", what, zmq_strerror (errno));
    exit (EXIT_FAILURE);
}

static inline void *zh_watch (void *unused)
{
    (void) unused;
    sigset_t set;
    int signal_number;
    zh_stop_signals (&set);
    sigwait (&set, &signal_number);
    if (!atomic_load (&zh.ending)) {
        atomic_store (&zh.stopped, 1);
        close (zh.stop_pipe[1]);
        zmq_ctx_shutdown (zh.ctx);
    }
    return NULL;
}

/*  First call of main: a context that SIGINT and SIGTERM shut down.  */
static inline void *zh_begin (void)
{
    /*  A reader of our output, human or script, gets every line at once.  */
    setvbuf (stdout, NULL, _IOLBF, 0);

    /*  Shells start background programs with SIGINT ignored.  */
    struct sigaction plain;
    memset (&plain, 0, sizeof plain);
    plain.sa_handler = SIG_DFL;
    sigaction (SIGINT, &plain, NULL);
    sigaction (SIGTERM, &plain, NULL);

    sigset_t set;
    zh_stop_signals (&set);
    pthread_sigmask (SIG_BLOCK, &set, NULL);

    zh.ctx = zmq_ctx_new ();
    if (zh.ctx == NULL)
        zh_fail ("zmq_ctx_new");
    if (pipe (zh.stop_pipe) != 0)
        zh_fail ("pipe");
    if (pthread_create (&zh.watcher, NULL, zh_watch, NULL) != 0)
        zh_fail ("pthread_create");
    return zh.ctx;
}

/*  Last call of main, when all sockets are closed. While unsent messages
    linger a further signal kills the program in the ordinary way.  */
static inline void zh_end (void *ctx)
{
    atomic_store (&zh.ending, 1);
    pthread_kill (zh.watcher, SIGTERM);
    pthread_join (zh.watcher, NULL);
    close (zh.stop_pipe[0]);
    if (!zh_stopped ())
        close (zh.stop_pipe[1]);

    sigset_t set;
    zh_stop_signals (&set);
    pthread_sigmask (SIG_UNBLOCK, &set, NULL);
    while (zmq_ctx_term (ctx) == -1 && errno == EINTR)
        ;
}

/*  Sleeps, but not through a stop: returns non-zero if there was one.  */
static inline int zh_sleep (long ms)
{
    struct pollfd stop = {zh.stop_pipe[0], POLLIN, 0};
    int64_t until = zh_clock () + ms;
    for (long left = ms; left > 0 && !zh_stopped (); left = (long) (until - zh_clock ()))
        poll (&stop, 1, (int) left);
    return zh_stopped ();
}

/*  Waits for the Enter key (or the end of input), but not through a stop.  */
static inline int zh_wait_enter (void)
{
    struct pollfd fds[2] = {{STDIN_FILENO, POLLIN, 0}, {zh.stop_pipe[0], POLLIN, 0}};
    while (poll (fds, 2, -1) == -1 && errno == EINTR)
        ;
    if (!zh_stopped ())
        getchar ();
    return zh_stopped ();
}

/*  Sockets  */

/*  Linger says how long zh_end may wait for unsent messages: -1 in programs
    that must deliver before they leave, 0 in those that have nothing to lose.  */
static inline void *zh_socket (void *ctx, int type, int linger)
{
    void *socket = zmq_socket (ctx, type);
    if (socket == NULL)
        zh_fail ("zmq_socket");
    zmq_setsockopt (socket, ZMQ_LINGER, &linger, sizeof linger);
    return socket;
}

/*  Binds; for a wildcard port or path tells the user which one it became.  */
static inline void zh_bind (void *socket, const char *endpoint)
{
    if (zmq_bind (socket, endpoint) != 0)
        zh_fail (endpoint);
    size_t length = strlen (endpoint);
    if (length > 0 && endpoint[length - 1] == '*') {
        char real[256];
        size_t size = sizeof real;
        if (zmq_getsockopt (socket, ZMQ_LAST_ENDPOINT, real, &size) == 0)
            printf ("listening on %s\n", real);
    }
}

static inline void zh_connect (void *socket, const char *endpoint)
{
    if (zmq_connect (socket, endpoint) != 0)
        zh_fail (endpoint);
}

static inline void zh_subscribe (void *socket, const char *prefix)
{
    if (zmq_setsockopt (socket, ZMQ_SUBSCRIBE, prefix, strlen (prefix)) != 0)
        zh_fail ("ZMQ_SUBSCRIBE");
}

/*  The address under which the same machine reaches a bound socket.  */
static inline void zh_reach (void *socket, char *address, size_t size)
{
    static const char any[] = "tcp://0.0.0.0:";
    char bound[256];
    size_t length = sizeof bound;
    if (zmq_getsockopt (socket, ZMQ_LAST_ENDPOINT, bound, &length) != 0)
        zh_fail ("ZMQ_LAST_ENDPOINT");
    if (strncmp (bound, any, sizeof any - 1) == 0)
        snprintf (address, size, "tcp://127.0.0.1:%.5s", bound + sizeof any - 1);
    else
        snprintf (address, size, "%s", bound);
}

/*  A random printable routing id, before connect or bind.  */
static inline void zh_set_id (void *socket)
{
    char id[16];
    int size = snprintf (id, sizeof id, "%04lX-%04lX", zh_random (0x10000), zh_random (0x10000));
    zmq_setsockopt (socket, ZMQ_ROUTING_ID, id, (size_t) size);
}

static inline int zh_more (void *socket)
{
    int more = 0;
    size_t size = sizeof more;
    zmq_getsockopt (socket, ZMQ_RCVMORE, &more, &size);
    return more;
}

static inline int zh_poll (zmq_pollitem_t *items, int count, long timeout)
{
    int ready;
    while ((ready = zmq_poll (items, count, timeout)) == -1 && errno == EINTR)
        ;
    return ready;
}

/*  Returns when the context is shut down.  */
static inline void zh_proxy (void *frontend, void *backend)
{
    while (zmq_proxy (frontend, backend, NULL) == -1 && errno == EINTR)
        ;
}

/*  Text: one frame, without the terminating zero. All return -1 on a stop.
    EINTR (a program continued after Ctrl-Z) is no reason to give up.  */

static inline int zh_send_data (void *socket, const void *data, size_t size, int flags)
{
    int rc;
    while ((rc = zmq_send (socket, data, size, flags)) == -1 && errno == EINTR)
        ;
    return rc;
}

static inline int zh_send (void *socket, const char *text)
{
    return zh_send_data (socket, text, strlen (text), 0);
}

static inline int zh_send_more (void *socket, const char *text)
{
    return zh_send_data (socket, text, strlen (text), ZMQ_SNDMORE);
}

/*  Receives one frame as a string, cut to what fits.  */
static inline int zh_recv_flags (void *socket, char *text, size_t size, int flags)
{
    int length;
    while ((length = zmq_recv (socket, text, size - 1, flags)) == -1 && errno == EINTR)
        ;
    if (length >= 0)
        text[(size_t) length < size ? (size_t) length : size - 1] = '\0';
    return length;
}

static inline int zh_recv (void *socket, char *text, size_t size)
{
    return zh_recv_flags (socket, text, size, 0);
}

/*  Multipart messages  */

/*  Deeper than any envelope here; frames beyond are dropped.  */
#define ZH_FRAMES 16

typedef struct {
    int count;
    zmq_msg_t frame[ZH_FRAMES];
} zh_message;

static inline void zh_message_close (zh_message *message)
{
    for (int i = 0; i < message->count; i++)
        zmq_msg_close (&message->frame[i]);
    message->count = 0;
}

/*  Receives all frames; -1 and an empty message on a stop.  */
static inline int zh_message_recv (zh_message *message, void *socket)
{
    int more = 1;
    message->count = 0;
    while (more) {
        zmq_msg_t frame;
        zmq_msg_init (&frame);
        int rc;
        while ((rc = zmq_msg_recv (&frame, socket, 0)) == -1 && errno == EINTR)
            ;
        if (rc == -1) {
            zmq_msg_close (&frame);
            zh_message_close (message);
            return -1;
        }
        more = zmq_msg_more (&frame);
        if (message->count < ZH_FRAMES) {
            zmq_msg_init (&message->frame[message->count]);
            zmq_msg_move (&message->frame[message->count++], &frame);
        }
        zmq_msg_close (&frame);
    }
    return 0;
}

/*  Sends the frames from number `first` on, and releases all of them.  */
static inline int zh_message_send (zh_message *message, int first, void *socket)
{
    int rc = 0;
    for (int i = first; i < message->count && rc != -1; i++) {
        int flags = i + 1 < message->count ? ZMQ_SNDMORE : 0;
        while ((rc = zmq_msg_send (&message->frame[i], socket, flags)) == -1 && errno == EINTR)
            ;
    }
    zh_message_close (message);
    return rc == -1 ? -1 : 0;
}

static inline int zh_frame_is (zh_message *message, int at, const char *text)
{
    size_t size = strlen (text);
    return at < message->count && zmq_msg_size (&message->frame[at]) == size
        && memcmp (zmq_msg_data (&message->frame[at]), text, size) == 0;
}

/*  Passes one whole message on, frame by frame.  */
static inline int zh_forward (void *from, void *to)
{
    zh_message message;
    if (zh_message_recv (&message, from) == -1)
        return -1;
    return zh_message_send (&message, 0, to);
}

/*  Receives one message and prints its frames: text as text, else in hex.  */
static inline int zh_dump (void *socket)
{
    zh_message message;
    if (zh_message_recv (&message, socket) == -1)
        return -1;
    puts ("----------------------------------------");
    for (int i = 0; i < message.count; i++) {
        const unsigned char *data = zmq_msg_data (&message.frame[i]);
        size_t size = zmq_msg_size (&message.frame[i]);
        int text = 1;
        for (size_t n = 0; n < size; n++)
            if (data[n] < 32 || data[n] > 126)
                text = 0;
        printf ("[%03zu] ", size);
        for (size_t n = 0; n < size; n++)
            printf (text ? "%c" : "%02X", data[n]);
        putchar ('\n');
    }
    zh_message_close (&message);
    return 0;
}

/*  A peer's routing id, kept for later; ids have at most 255 bytes.  */
typedef struct {
    size_t size;
    unsigned char data[255];
} zh_id;

static inline void zh_id_of (zh_id *id, zmq_msg_t *frame)
{
    size_t size = zmq_msg_size (frame);
    id->size = size < sizeof id->data ? size : sizeof id->data;
    memcpy (id->data, zmq_msg_data (frame), id->size);
}

static inline int zh_id_equal (const zh_id *a, const zh_id *b)
{
    return a->size == b->size && memcmp (a->data, b->data, a->size) == 0;
}

/*  First frame of a message that a ROUTER sends to that peer.  */
static inline int zh_id_send (const zh_id *id, void *router)
{
    return zh_send_data (router, id->data, id->size, ZMQ_SNDMORE);
}

#endif
