/* What a round trip costs without any library: two processes and a plain
 * stream socket, or two threads and a pair of eventfds or futexes. Blocking
 * sleeps in the kernel, spinning asks again and again. Half a round trip's
 * time in quantiles. */
#include "tool.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

enum { LIMIT_S = 5 };

static enum { STREAM, EVENTFD, FUTEX } kind;
static int spinning;
static size_t size;
static long count;
static int fds[2];
static atomic_int turn[2];

static void stream_send (int fd, char *buffer)
{
    CHECK (send (fd, buffer, size, 0) == (ssize_t) size);
}

static void stream_receive (int fd, char *buffer)
{
    size_t have = 0;
    while (have < size) {
        ssize_t n = recv (fd, buffer + have, size - have, spinning ? MSG_DONTWAIT : 0);
        CHECK (n > 0 || (n == -1 && errno == EAGAIN));
        have += n > 0 ? (size_t) n : 0;
    }
}

static void wake (int side)
{
    uint64_t one = 1;
    if (kind == EVENTFD) {
        CHECK (write (fds[side], &one, sizeof one) == sizeof one);
        return;
    }
    atomic_store (&turn[side], 1);
    if (!spinning)
        syscall (SYS_futex, &turn[side], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void await (int side)
{
    uint64_t got;
    if (kind == EVENTFD) {
        while (read (fds[side], &got, sizeof got) != sizeof got)
            CHECK (errno == EAGAIN);
        return;
    }
    while (!atomic_exchange (&turn[side], 0))
        if (!spinning)
            syscall (SYS_futex, &turn[side], FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
}

static void pass (int side, char *buffer)
{
    if (kind == STREAM)
        stream_send (fds[side], buffer);
    else
        wake (!side);
}

static void take (int side, char *buffer)
{
    if (kind == STREAM)
        stream_receive (fds[side], buffer);
    else
        await (side);
}

static void answer (void *unused)
{
    char *buffer = calloc (1, size);
    (void) unused;
    for (long i = 0; i < count; i++) {
        take (1, buffer);
        pass (1, buffer);
    }
    free (buffer);
}

static void *answering_thread (void *unused)
{
    answer (unused);
    return unused;
}

/* Two that spin on a processor with other work may take for ever. */
static int takes_too_long (double start)
{
    return spinning && seconds () - start > LIMIT_S;
}

static void ask (void)
{
    double *samples = new_samples (count);
    char *buffer = calloc (1, size);
    double start = seconds (), from = start;
    long i = 0;
    for (; i < count && !takes_too_long (start); i++) {
        pass (0, buffer);
        take (0, buffer);
        double now = seconds ();
        samples[i] = (now - from) * 1e6 / 2;
        from = now;
    }
    free (buffer);
    print_quantiles ("", samples + i / 10, i - i / 10);
}

int main (int argc, char **argv)
{
    if (argc != 5)
        usage ("floor_lat", "<tcp|ipc|eventfd|futex> <blocking|spinning> <size> <roundtrip-count>");
    pthread_t thread;
    pid_t child = 0;
    kind = strcmp (argv[1], "eventfd") == 0 ? EVENTFD : strcmp (argv[1], "futex") == 0 ? FUTEX : STREAM;
    spinning = strcmp (argv[2], "spinning") == 0;
    size = strtoul (argv[3], NULL, 10);
    count = atol (argv[4]);
    if (kind == STREAM)
        stream_pair (argv[1], fds);
    for (int i = 0; kind == EVENTFD && i < 2; i++)
        CHECK ((fds[i] = eventfd (0, spinning ? EFD_NONBLOCK : 0)) != -1);
    if (kind == STREAM)
        child = spawn (answer, NULL);
    else
        pthread_create (&thread, NULL, answering_thread, NULL);
    ask ();
    /* The other may still wait for what we had no time to ask. */
    if (kind == STREAM)
        stop (child);
    return 0;
}
