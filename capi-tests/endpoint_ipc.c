/* ipc: wildcard paths differ and go away on close; abstract names; long paths. */
/* behaviours: 102, 103, 104 */
#include "check.h"

static void talk (void *ctx, void *bound)
{
    void *s = new_socket (ctx, ZMQ_PUSH);
    connect_to (s, last_endpoint (bound));
    SEND (s, "through");
    RECV (bound);
    MUST (zmq_close (s));
}

static void long_path (void *ctx, size_t length)
{
    char address[300] = "ipc://";
    char path[300] = "/tmp/";
    snprintf (path, sizeof path, "/tmp/capi-%ld-", (long) getpid ());
    while (strlen (path) < length)
        strcat (path, "p");
    strcat (address, path);
    void *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PUSH);
    say ("path of %d bytes", (int) length);
    TRY (zmq_bind (a, address));
    TRY (zmq_connect (b, address));
    unlink (path);
    MUST (zmq_close (a));
    MUST (zmq_close (b));
}

static void run (void)
{
    void *ctx = new_context ();
    void *a = new_socket (ctx, ZMQ_PULL), *b = new_socket (ctx, ZMQ_PULL);
    char one[256], two[256], abstract[64];
    MUST (chdir ("/tmp"));
    TRY (zmq_bind (a, "ipc://*"));
    strcpy (one, last_endpoint (a));
    TRY (zmq_bind (b, "ipc://*"));
    strcpy (two, last_endpoint (b));
    YES (strcmp (one, two) != 0);
    YES (access (one + 6, F_OK) == 0);
    talk (ctx, a);
    talk (ctx, b);
    MUST (zmq_close (a));
    MUST (zmq_close (b));
    for (int i = 0; i < PATIENCE_MS / 2 && access (one + 6, F_OK) == 0; i++)
        look_again ();
    YES (access (one + 6, F_OK) != 0);

    a = new_socket (ctx, ZMQ_PULL);
    snprintf (abstract, sizeof abstract, "ipc://@capi-%ld", (long) getpid ());
    TRY (zmq_bind (a, abstract));
    YES (strcmp (last_endpoint (a), abstract) == 0);
    talk (ctx, a);
    b = new_socket (ctx, ZMQ_PULL);
    TRY (zmq_bind (b, abstract));
    TRY (zmq_bind (b, "ipc://@"));
    TRY (zmq_connect (b, "ipc://@"));
    TRY (zmq_bind (b, "ipc:///tmp/no/such/directory/at/all"));
    MUST (zmq_close (a));
    MUST (zmq_close (b));
    long_path (ctx, 106);
    long_path (ctx, 107);
    long_path (ctx, 108);
    long_path (ctx, 200);
    end (ctx, NULL, NULL);
}
