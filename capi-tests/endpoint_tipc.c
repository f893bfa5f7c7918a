/* tipc: which addresses are well-formed, what they are taken for, and what names
   an endpoint afterwards. Reads the same with and without the kernel's TIPC. */
/* behaviours: 110, 293 */
#include "check.h"

/* libzmq leaves errno as it was for most malformed addresses, so that only the
   failure is a fact. */
static const char *outcome (int rc, int e)
{
    if (rc == 0 || e == EAFNOSUPPORT)
        return "well-formed";
    return "refused";
}

static void try_address (void *ctx, const char *address)
{
    char endpoint[80];
    snprintf (endpoint, sizeof endpoint, "tipc://%s", address);
    void *binds = new_socket (ctx, ZMQ_DEALER), *connects = new_socket (ctx, ZMQ_DEALER);
    errno = 0;
    int bound = zmq_bind (binds, endpoint), bind_errno = errno;
    errno = 0;
    int connected = zmq_connect (connects, endpoint), connect_errno = errno;
    say ("%s: bind %s, connect %s, taken for '%s'", address, outcome (bound, bind_errno),
         outcome (connected, connect_errno), last_endpoint (connects));
    errno = 0;
    int gone = zmq_disconnect (connects, endpoint);
    MUST_BE ((gone == 0) == (connected == 0) && (gone == 0 || errno == ENOENT));
    MUST (zmq_close (binds));
    MUST (zmq_close (connects));
}

static void addresses (void *ctx)
{
    static const char *const all[] = {
        "{1000,0,10}", "{1000,5}", "{1000,5}@1.2.3", "{1000,5}@0.0.0", "<1.2.3:4>", "<*>",
        "{63,0,1}", "{64,0,1}", "{64,1}", "{65,1}", "{1000,5,4}", "{1000,5,5}", "{1000,5,0}",
        "x", "{", "}", "{}", "{,}", "{,,}", "{a,b}", "{a,b,c}", "{1000", "{1000}", "{1000.1}",
        "{1000 ,1}", "{--5,1}", "{- 5,1}", " {1000,1}", "{0x1000,1}", "<", "<*", "<**>", "*",
        "<1.2.3>", "<1.2.3:>", "<1.2.3:x>", "<1 .2.3:4>", "x<1.2.3:4>", "@1.2.3",
        "{1000,1}@", "{1000,1}@1", "{1000,1}@1.1", "{1000,1}@1.1.1x", "{1000,1}@1.1.1 ",
        "{1000,1}@1.2.3@4.5.6", "{1000,1}x@1.2.3", "{1000,1@1.2.3", "{1000@1.2.3",
        "{1000,1,2}@", "{1000,1,2}@1.2", "{1000,1,2}@1.2.3", "<1.2.3:4>@1", "<1.2.3:4>@1.2.3",
        "<*>@1", "<*>x", "{1000,1", "{1000,1}x", "{1000,1,}", "{1000,1,2,3}", "{ 1000, 1}",
        "{+1000,+1}", "{01000,1}", "{1000,-1}", "{-1,0,1}", "{4294967296,0,1}", "{4294968296,1}",
        "{-4294966296,1}", "{99999999999999999999,1}", "{-99999999999999999999,1}",
        "{1000,1}@ 1.1.1", "{1000,1}@-1.0.0", "{1000,1}@1.-1.0", "{1000,1}@256.4096.4096",
        "<999.9999.9999:4>", "<256.2.3:4>", "<1.2.3:-4>", "< 1. 2. 3: 4>x"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        try_address (ctx, all[i]);
}

/* The text given names the endpoint, not what LAST_ENDPOINT made of it. */
static void names (void *ctx)
{
    void *s = new_socket (ctx, ZMQ_DEALER);
    TRY (zmq_unbind (s, "tipc://{1000,0,10}"));
    TRY (zmq_disconnect (s, "tipc://{1000,1}"));
    TRY (zmq_unbind (s, "tipc://nonsense"));
    TRY (zmq_connect (s, "tipc://{1000,1}"));
    TRY (zmq_connect (s, "tipc://{1000,1}"));
    TRY (zmq_disconnect (s, "tipc://{1000, 1, 16777216}"));
    TRY (zmq_disconnect (s, "tipc://{1000,1}"));
    TRY (zmq_disconnect (s, "tipc://{1000,1}"));
    TRY (zmq_bind (s, "tipc://<1.2.3:4>"));
    TRY (zmq_connect (s, "tipc://<*>"));
    TRY (zmq_bind (s, "tipc://"));
    TRY (zmq_bind (s, "TIPC://{1000,0,10}"));
    MUST (zmq_close (s));
}

static void events (void *ctx)
{
    char address[256];
    void *s = new_socket (ctx, ZMQ_DEALER);
    void *monitor = new_monitor (ctx, s, ZMQ_EVENT_BIND_FAILED);
    MUST_BE (zmq_bind (s, "tipc://<1.2.3:4>") == -1);
    uint32_t value = 0;
    MUST_BE (next_event (monitor, &value, address, sizeof address) == ZMQ_EVENT_BIND_FAILED);
    say ("bind failed: %s %s", err_name ((int) value), address);
    MUST (zmq_close (monitor));
    MUST (zmq_close (s));
    s = new_socket (ctx, ZMQ_DEALER);
    monitor = new_monitor (ctx, s, ZMQ_EVENT_CONNECT_RETRIED);
    connect_to (s, "tipc://{1000,77}");
    MUST_BE (next_event (monitor, NULL, address, sizeof address) == ZMQ_EVENT_CONNECT_RETRIED);
    say ("connect retried: %s", address);
    MUST (zmq_close (monitor));
    MUST (zmq_close (s));
}

static void run (void)
{
    void *ctx = new_context ();
    YES (zmq_has ("tipc") == 1);
    addresses (ctx);
    names (ctx);
    events (ctx);
    end (ctx, NULL, NULL);
}
