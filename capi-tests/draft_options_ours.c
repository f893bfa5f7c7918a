/* Draft options: what they take, what they answer, and which do not exist yet. */
/* behaviours: 52, 54, 57, 58, 59, 166, 167, 224, 225, 226, 227 */
#define ZMQ_BUILD_DRAFT_API
#include "check.h"

static void text (void *s, const char *name, int option, const char *value, size_t size)
{
    char what[64];
    snprintf (what, sizeof what, "%s, %d bytes", name, (int) size);
    errno = 0;
    say_result (what, zmq_setsockopt (s, option, value, size));
    char now[300];
    size = sizeof now;
    if (zmq_getsockopt (s, option, now, &size) == 0)
        say ("  then %d bytes", (int) size);
}
#define TEXT(option, value, size) text (s, #option, option, value, size)

static void notices (void *ctx, int type)
{
    void *s = new_socket (ctx, type);
    say ("-- type %d", type);
    for (int value = -1; value <= 4; value++)
        TRY_SET (s, ZMQ_ROUTER_NOTIFY, value);
    TRY_GET (s, ZMQ_ROUTER_NOTIFY);
    TRY (zmq_setsockopt (s, ZMQ_HELLO_MSG, "hello", 5));
    TRY (zmq_setsockopt (s, ZMQ_DISCONNECT_MSG, "bye", 3));
    TRY (zmq_setsockopt (s, ZMQ_HICCUP_MSG, "hic", 3));
    MUST (zmq_close (s));
}

static void run (void)
{
    static char long_text[300];
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_DEALER);
    memset (long_text, 'x', sizeof long_text);
    TRY_GET (s, ZMQ_PRIORITY);
    TRY_SET (s, ZMQ_PRIORITY, 6);
    TRY_GET (s, ZMQ_PRIORITY);
    TRY_SET (s, ZMQ_BUSY_POLL, 1);
    TRY_GET (s, ZMQ_BUSY_POLL);
    TEXT (ZMQ_SOCKS_PROXY, "127.0.0.1:1080", 14);
    TEXT (ZMQ_SOCKS_PROXY, "", 0);
    TEXT (ZMQ_SOCKS_PROXY, NULL, 0);
    TEXT (ZMQ_SOCKS_USERNAME, "name", 4);
    TEXT (ZMQ_SOCKS_USERNAME, "", 0);
    TEXT (ZMQ_SOCKS_USERNAME, long_text, 255);
    TEXT (ZMQ_SOCKS_USERNAME, long_text, 256);
    TEXT (ZMQ_SOCKS_USERNAME, NULL, 0);
    TEXT (ZMQ_SOCKS_PASSWORD, "word", 4);
    TEXT (ZMQ_SOCKS_PASSWORD, "", 0);
    TEXT (ZMQ_SOCKS_PASSWORD, long_text, 255);
    TEXT (ZMQ_SOCKS_PASSWORD, long_text, 256);
    TEXT (ZMQ_SOCKS_PASSWORD, NULL, 0);
    TRY (zmq_setsockopt (s, ZMQ_METADATA, ":", 1));
    TRY (zmq_setsockopt (s, ZMQ_METADATA, "key:", 4));
    TRY (zmq_setsockopt (s, ZMQ_METADATA, "X-key:", 6));
    TRY (zmq_setsockopt (s, ZMQ_METADATA, ":value", 6));
    TRY (zmq_setsockopt (s, ZMQ_METADATA, "no colon", 8));
    TRY (zmq_setsockopt (s, ZMQ_METADATA, "", 0));
    TRY (zmq_setsockopt (s, ZMQ_METADATA, "X-name:value", 12));
    TRY (zmq_setsockopt (s, ZMQ_METADATA, "X:a", 3));
    TRY (zmq_setsockopt (s, ZMQ_METADATA, "X-a:b", 5));
    TRY (zmq_setsockopt (s, ZMQ_METADATA, "X-:b", 4));
    notices (ctx, ZMQ_ROUTER);
    notices (ctx, ZMQ_DEALER);
    end (ctx, s, NULL);
}
