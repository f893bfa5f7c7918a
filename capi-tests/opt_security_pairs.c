/* The security options choose mechanism and role: what each makes of each other
   one's choice. A column shows MECHANISM/PLAIN_SERVER/CURVE_SERVER. */
#include "check.h"

struct setting {
    const char *name;
    int option, is_int, number;
    const char *bytes;
    size_t size;
};

#define NUMBER(option, value) {#option "=" #value, option, 1, value, NULL, 0}
#define BYTES(option, text) {#option, option, 0, 0, text, sizeof text - 1}
#define NOTHING(option) {#option "=NULL", option, 0, 0, NULL, 0}
#define RAW_KEY "0123456789abcdef0123456789abcdef"

static const struct setting settings[] = {
    NUMBER (ZMQ_PLAIN_SERVER, 0), NUMBER (ZMQ_PLAIN_SERVER, 1),
    NUMBER (ZMQ_PLAIN_SERVER, 2), BYTES (ZMQ_PLAIN_USERNAME, "user"),
    NOTHING (ZMQ_PLAIN_USERNAME), BYTES (ZMQ_PLAIN_PASSWORD, "word"),
    NOTHING (ZMQ_PLAIN_PASSWORD), NUMBER (ZMQ_CURVE_SERVER, 0),
    NUMBER (ZMQ_CURVE_SERVER, 1), BYTES (ZMQ_CURVE_PUBLICKEY, RAW_KEY),
    BYTES (ZMQ_CURVE_SECRETKEY, RAW_KEY), BYTES (ZMQ_CURVE_SERVERKEY, RAW_KEY),
    BYTES (ZMQ_CURVE_SERVERKEY, "too short"), BYTES (ZMQ_ZAP_DOMAIN, "domain")};
#define SETTINGS ((int) (sizeof settings / sizeof *settings))

static void apply (void *s, const struct setting *one)
{
    if (one->is_int)
        zmq_setsockopt (s, one->option, &one->number, sizeof one->number);
    else
        zmq_setsockopt (s, one->option, one->bytes, one->size);
}

static void run (void)
{
    void *ctx = new_context ();
    for (int first = 0; first < SETTINGS; first++) {
        say ("%s, then", settings[first].name);
        for (int second = 0; second < SETTINGS; second++) {
            void *s = zmq_socket (ctx, ZMQ_DEALER);
            MUST_BE (s != NULL);
            apply (s, &settings[first]);
            apply (s, &settings[second]);
            say ("  %d/%d/%d %s", get_int (s, ZMQ_MECHANISM), get_int (s, ZMQ_PLAIN_SERVER),
                 get_int (s, ZMQ_CURVE_SERVER), settings[second].name);
            MUST (zmq_close (s));
        }
    }
    end (ctx, NULL, NULL);
}
