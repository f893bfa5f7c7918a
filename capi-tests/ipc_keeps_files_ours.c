/* zmq_bind by ipc takes the place of a socket left behind, and of nothing else. 4.3.4 deletes
   files, fifos and links. */
/* behaviours: 102 */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>

static char place[64], target[72], address[72];

/* Binds to what stands at `place`, and says what stands there then. */
static void try_bind (void *ctx, const char *what)
{
    void *s = new_socket (ctx, ZMQ_PULL);
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_ALL);
    struct stat before, after;
    MUST (lstat (place, &before));
    say ("-- %s", what);
    TRY (zmq_bind (s, address));
    MUST (lstat (place, &after));
    YES (before.st_ino == after.st_ino && before.st_mode == after.st_mode);
    say_event (monitor);
    say_event (monitor);
    MUST (zmq_close (monitor));
    MUST (zmq_close (s));
}

static void make_socket (const char *path)
{
    struct sockaddr_un un = {0};
    un.sun_family = AF_UNIX;
    strcpy (un.sun_path, path);
    int fd = socket (AF_UNIX, SOCK_STREAM, 0);
    MUST (fd);
    MUST (bind (fd, (struct sockaddr *) &un, sizeof un));
    MUST (close (fd));
}

static void make_file (const char *path)
{
    int fd = open (path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    MUST (fd);
    MUST_BE (write (fd, "keep", 4) == 4);
    MUST (close (fd));
}

static void take_place (void *ctx, const char *what)
{
    void *s = new_socket (ctx, ZMQ_PULL);
    struct stat found;
    say ("-- %s", what);
    TRY (zmq_bind (s, address));
    MUST (lstat (place, &found));
    YES (S_ISSOCK (found.st_mode));
    MUST (zmq_close (s));
}

/* What a wildcard made goes when it is closed, but not what has come into its place. */
static void replaced (void *ctx)
{
    void *s = new_socket (ctx, ZMQ_PULL);
    char path[256];
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_ALL & ~ZMQ_EVENT_LISTENING);
    say ("-- a file where a wildcard's socket was");
    MUST (zmq_bind (s, "ipc://*"));
    snprintf (path, sizeof path, "%s", last_endpoint (s) + strlen ("ipc://"));
    MUST (unlink (path));
    make_file (path);
    MUST (zmq_unbind (s, last_endpoint (s)));
    say_event (monitor);
    YES (access (path, F_OK) == 0);
    MUST (unlink (path));
    *strrchr (path, '/') = 0;
    MUST (rmdir (path));
    MUST (zmq_close (monitor));
    MUST (zmq_close (s));
}

static void run (void)
{
    void *ctx = new_context ();
    MUST (chdir ("/tmp"));
    ipc_path (place, sizeof place, next_number ());
    snprintf (target, sizeof target, "%s.to", place);
    snprintf (address, sizeof address, "ipc://%s", place);

    make_file (place);
    try_bind (ctx, "a file");
    MUST (unlink (place));
    MUST (mkdir (place, 0700));
    try_bind (ctx, "a directory");
    MUST (rmdir (place));
    MUST (mkfifo (place, 0600));
    try_bind (ctx, "a fifo");
    MUST (unlink (place));
    MUST (symlink (target, place));
    try_bind (ctx, "a link to nothing");
    make_socket (target);
    try_bind (ctx, "a link to a socket");
    MUST (unlink (target));
    MUST (unlink (place));
    take_place (ctx, "nothing");
    take_place (ctx, "the socket of a bind before");
    MUST (unlink (place));
    make_socket (place);
    take_place (ctx, "a socket left behind");
    MUST (unlink (place));
    replaced (ctx);
    end (ctx, NULL, NULL);
}
