/*
 * What the performance programs need besides messages: arguments, time, child
 * processes, places to meet, and the lines they print. The floors, which know
 * nothing of libzmq, include only this; the others include perf.h.
 */
#ifndef TOOL_H
#define TOOL_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static inline double seconds (void)
{
    struct timespec t;
    clock_gettime (CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static inline void usage (const char *program, const char *arguments)
{
    printf ("usage: %s %s\n", program, arguments);
    exit (1);
}

static inline void check (int fine, const char *what)
{
    if (fine)
        return;
    perror (what);
    exit (1);
}

#define CHECK(condition) check ((condition), #condition)

/* One line for scripts/bench, which reads `name: number`. */
static inline void print_figure (const char *name, double value)
{
    printf ("%s: %.6g\n", name, value);
}

static inline void print_throughput (size_t size, long count, double elapsed)
{
    double per_second = (double) count / (elapsed > 0 ? elapsed : 1e-9);
    printf ("message size: %d [B]\n", (int) size);
    printf ("message count: %ld\n", count);
    printf ("mean throughput: %.0f [msg/s]\n", per_second);
    printf ("mean throughput: %.3f [Mb/s]\n", per_second * (double) size * 8 / 1e6);
}

static inline int later (const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

/* Sorts the samples (microseconds) and prints their quantiles as `<prefix>p50`. */
static inline void print_quantiles (const char *prefix, double *samples, long count)
{
    static const double percents[] = {0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100};
    qsort (samples, (size_t) count, sizeof *samples, later);
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        long at = (long) ((double) (count - 1) * percents[i] / 100 + 0.5);
        printf ("%sp%g: %.3f\n", prefix, percents[i], samples[at]);
    }
}

static inline double *new_samples (long count)
{
    double *samples = calloc ((size_t) count, sizeof *samples);
    CHECK (samples != NULL);
    return samples;
}

/* Forks before any library has made a thread; the child ends with `body`. */
static inline pid_t spawn (void (*body) (void *), void *argument)
{
    fflush (stdout);
    pid_t child = fork ();
    CHECK (child != -1);
    if (child == 0) {
        body (argument);
        exit (0);
    }
    return child;
}

/* Waiting is what adds a child's processor time to ours. */
static inline void join (pid_t child)
{
    int status;
    CHECK (waitpid (child, &status, 0) == child);
    if (!WIFEXITED (status) || WEXITSTATUS (status) != 0) {
        fprintf (stderr, "a child process failed: %d\n", status);
        exit (1);
    }
}

/* For children that serve for ever. */
static inline void stop (pid_t child)
{
    CHECK (kill (child, SIGKILL) == 0);
    CHECK (waitpid (child, NULL, 0) == child);
}

/* One process tells another that it is ready. */
struct signal {
    int fds[2];
};

static inline struct signal new_signal (void)
{
    struct signal s;
    CHECK (pipe (s.fds) == 0);
    return s;
}

static inline void raise_signal (struct signal *s)
{
    CHECK (write (s->fds[1], "!", 1) == 1);
}

static inline void await_signal (struct signal *s)
{
    char byte;
    CHECK (read (s->fds[0], &byte, 1) == 1);
}

/* A port nobody had a moment ago. */
static inline int free_port (void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl (INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int fd = socket (AF_INET, SOCK_STREAM, 0);
    CHECK (fd != -1);
    CHECK (bind (fd, (struct sockaddr *) &address, length) == 0);
    CHECK (getsockname (fd, (struct sockaddr *) &address, &length) == 0);
    close (fd);
    return ntohs (address.sin_port);
}

/* "tcp", "ipc" or "inproc" to an endpoint of our own. */
static inline const char *new_endpoint (const char *transport, char *out, size_t length)
{
    static int number;
    number++;
    if (strcmp (transport, "tcp") == 0)
        snprintf (out, length, "tcp://127.0.0.1:%d", free_port ());
    else
        snprintf (out, length, "%s://bench-%d-%d", transport, (int) getpid (), number);
    return out;
}

/* A connected pair of stream sockets as plain as the kernel gives them. */
static inline void stream_pair (const char *transport, int fds[2])
{
    if (strcmp (transport, "ipc") == 0) {
        CHECK (socketpair (AF_UNIX, SOCK_STREAM, 0, fds) == 0);
        return;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl (INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int listener = socket (AF_INET, SOCK_STREAM, 0), yes = 1;
    CHECK (bind (listener, (struct sockaddr *) &address, length) == 0);
    CHECK (listen (listener, 1) == 0);
    CHECK (getsockname (listener, (struct sockaddr *) &address, &length) == 0);
    fds[0] = socket (AF_INET, SOCK_STREAM, 0);
    CHECK (connect (fds[0], (struct sockaddr *) &address, length) == 0);
    fds[1] = accept (listener, NULL, NULL);
    CHECK (fds[1] != -1);
    for (int i = 0; i < 2; i++)
        CHECK (setsockopt (fds[i], IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0);
    close (listener);
}

#endif
