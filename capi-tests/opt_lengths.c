/* Lengths: too short, too long, longer buffers for the few that allow them. */
/* behaviours: 47 */
#include "check.h"

static void *s;

static void get_with (const char *name, int option, size_t length)
{
    unsigned char bytes[16];
    size_t size = length;
    memset (bytes, 0xff, sizeof bytes);
    errno = 0;
    if (zmq_getsockopt (s, option, bytes, &size) == -1)
        say ("%s into %d bytes: %s", name, (int) length, err_name (errno));
    else {
        int untouched = 0;
        for (size_t i = size; i < sizeof bytes; i++)
            untouched += bytes[i] == 0xff;
        say ("%s into %d bytes: length %d, %d bytes untouched", name, (int) length, (int) size,
             untouched);
    }
}

static void set_with (const char *name, int option, size_t length)
{
    char bytes[64] = {0};
    bytes[0] = 1;
    char what[80];
    snprintf (what, sizeof what, "%s of %d bytes", name, (int) length);
    errno = 0;
    say_result (what, zmq_setsockopt (s, option, bytes, length));
}

#define GET(option)                                                            \
    do {                                                                       \
        static const size_t lengths[] = {0, 1, 3, 4, 5, 8, 16};                \
        for (int i = 0; i < 7; i++)                                            \
            get_with (#option, option, lengths[i]);                            \
    } while (0)
#define SET(option)                                                            \
    do {                                                                       \
        static const size_t lengths[] = {0, 1, 3, 4, 5, 8};                    \
        for (int i = 0; i < 6; i++)                                            \
            set_with (#option, option, lengths[i]);                            \
    } while (0)

static void run (void)
{
    void *ctx = new_context ();
    s = new_socket (ctx, ZMQ_ROUTER);
    GET (ZMQ_RCVMORE);
    GET (ZMQ_TYPE);
    GET (ZMQ_SNDHWM);
    GET (ZMQ_FD);
    GET (ZMQ_EVENTS);
    GET (ZMQ_THREAD_SAFE);
    GET (ZMQ_AFFINITY);
    GET (ZMQ_MAXMSGSIZE);
    SET (ZMQ_SNDHWM);
    SET (ZMQ_LINGER);
    SET (ZMQ_ROUTER_MANDATORY);
    SET (ZMQ_AFFINITY);
    SET (ZMQ_MAXMSGSIZE);
    SET (ZMQ_IMMEDIATE);
    end (ctx, s, NULL);
}
