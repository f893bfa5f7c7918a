/*  Memory, text, the clock and files: what the other files and the programs build
    on. Knows nothing of sockets.  */

#include "internal.h"

/*  Memory and text  */

static void *or_abort (void *memory)
{
    if (memory == NULL) {
        fputs ("czmq2: out of memory\n", stderr);
        abort ();
    }
    return memory;
}

void *czmq2_malloc (size_t size)
{
    /*  calloc may answer NULL to 0, which is not a failure.  */
    return or_abort (calloc (1, size == 0 ? 1 : size));
}

char *czmq2_strdup (const char *string)
{
    return or_abort (strdup (string));
}

char *czmq2_vformat (const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf (&text, format, arguments) < 0)
        text = NULL;
    return or_abort (text);
}

/*  Clock  */

static int64_t milliseconds (clockid_t clock)
{
    struct timespec now;
    clock_gettime (clock, &now);
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void zclock_sleep (int msecs)
{
    /*  An interrupt ends the sleep: a program told to stop should not go on for as
        long as it meant to sleep.  */
    struct timespec pause = {.tv_sec = msecs / 1000, .tv_nsec = msecs % 1000 * 1000000L};
    nanosleep (&pause, NULL);
}

int64_t zclock_time (void)
{
    return milliseconds (CLOCK_REALTIME);
}

int64_t zclock_mono (void)
{
    return milliseconds (CLOCK_MONOTONIC);
}

void zclock_log (const char *format, ...)
{
    time_t now = time (NULL);
    struct tm local;
    char stamp[32];
    strftime (stamp, sizeof stamp, "%y-%m-%d %H:%M:%S", localtime_r (&now, &local));

    va_list arguments;
    va_start (arguments, format);
    char *text = czmq2_vformat (format, arguments);
    va_end (arguments);
    /*  One call, so that lines of several threads do not mix.  */
    printf ("%s %s\n", stamp, text);
    fflush (stdout);
    free (text);
}

/*  Files  */

bool zfile_exists (const char *filename)
{
    struct stat info;
    return stat (filename, &info) == 0;
}

ssize_t zfile_size (const char *filename)
{
    struct stat info;
    return stat (filename, &info) == 0 ? (ssize_t) info.st_size : -1;
}

int zfile_delete (const char *filename)
{
    return unlink (filename) == 0 || errno == ENOENT ? 0 : -1;
}

int zfile_mkdir (const char *pathname)
{
    char *path = czmq2_strdup (pathname);
    int rc = 0;
    /*  Each prefix that ends before a slash, then the whole.  */
    for (char *end = path; rc == 0 && *end != '\0';) {
        end += strspn (end, "/");
        end += strcspn (end, "/");
        char kept = *end;
        *end = '\0';
        if (mkdir (path, 0775) == -1 && errno != EEXIST)
            rc = -1;
        *end = kept;
    }
    free (path);
    return rc;
}

int zfile_rmdir (const char *pathname)
{
    return rmdir (pathname);
}
