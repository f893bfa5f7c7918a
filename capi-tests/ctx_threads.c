/* A context makes no thread before the first socket, and then threads that no
   signal is delivered to. */
/* behaviours: 1, 12 */
#include "check.h"

#include <dirent.h>

/* Threads of this process; *open counts those that leave any signal open that
   can be blocked, the first thread apart. */
static int threads (int *open)
{
    DIR *dir = opendir ("/proc/self/task");
    struct dirent *entry;
    int count = 0;
    *open = 0;
    while ((entry = readdir (dir))) {
        char path[300], line[256];
        if (entry->d_name[0] == '.')
            continue;
        count++;
        if (atoi (entry->d_name) == getpid ())
            continue;
        snprintf (path, sizeof path, "/proc/self/task/%s/status", entry->d_name);
        FILE *file = fopen (path, "r");
        while (file && fgets (line, sizeof line, file))
            if (strncmp (line, "SigBlk:", 7) == 0) {
                unsigned long long blocked = strtoull (line + 7, NULL, 16);
                for (int number = 1; number < 32; number++)
                    if (number != SIGKILL && number != SIGSTOP && !(blocked >> (number - 1) & 1))
                        *open += 1;
            }
        if (file)
            fclose (file);
    }
    closedir (dir);
    return count;
}

static void run (void)
{
    int open;
    void *ctx = new_context ();
    MUST (zmq_ctx_set (ctx, ZMQ_IO_THREADS, 3));
    say ("threads with a context: %d", threads (&open));
    void *a, *b;
    a = new_socket (ctx, ZMQ_PULL);
    YES (threads (&open) >= 4);
    b = new_socket (ctx, ZMQ_PUSH);
    bind_fresh (a, "tcp");
    connect_to (b, bound_at);
    SEND (b, "hello");
    RECV (a);
    threads (&open);
    say ("signals left open: %d", open);
    end (ctx, a, b);
    say ("threads at the end: %d", threads (&open));
}
