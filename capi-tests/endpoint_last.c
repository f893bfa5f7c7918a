/* LAST_ENDPOINT after each bind and connect, with the port left out. */
/* behaviours: 101 */
#include "check.h"

static void show (void *s)
{
    char text[256];
    int masked = 0;
    snprintf (text, sizeof text, "%s", last_endpoint (s));
    char *colon = strrchr (text, ':');
    if (strncmp (text, "tcp://", 6) == 0 && colon[1] && strspn (colon + 1, "0123456789") == strlen (colon + 1)) {
        masked = atoi (colon + 1) > 1024;
        colon[1] = 0;
    }
    say ("last endpoint '%s'%s", text, masked ? " and a port" : "");
}

static void run (void)
{
    void *ctx = new_context ();
    void *s = new_socket (ctx, ZMQ_ROUTER);
    show (s);
    TRY (zmq_bind (s, "tcp://127.0.0.1:*"));
    show (s);
    TRY (zmq_bind (s, "tcp://*:*"));
    show (s);
    TRY (zmq_bind (s, "tcp://lo:*"));
    show (s);
    TRY (zmq_bind (s, "inproc://some name"));
    show (s);
    TRY (zmq_bind (s, "inproc://some name"));
    TRY (zmq_bind (s, "bad"));
    show (s);
    TRY (zmq_connect (s, "tcp://localhost:7"));
    say ("%s", last_endpoint (s));
    TRY (zmq_connect (s, "tcp://127.0.0.1:0;localhost:8"));
    say ("%s", last_endpoint (s));
    TRY (zmq_connect (s, "inproc://elsewhere"));
    show (s);
    TRY (zmq_connect (s, "ipc:///tmp/capi-nobody-listens-here.sock"));
    show (s);
    end (ctx, s, NULL);
}
