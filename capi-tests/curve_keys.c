/* Pairs of keys, and the public key of a secret one. */
/* behaviours: 276, 277 */
#include "check.h"

static void public_of (const char *label, const char *secret)
{
    char key[41];
    memset (key, '#', 40);
    key[40] = 0;
    errno = 0;
    int rc = zmq_curve_public (key, secret);
    say ("%s: %d %s, %s", label, rc, err_name (rc == -1 ? errno : 0), key);
}

static void run (void)
{
    YES (zmq_has ("curve") == 1);
    char public_key[41], secret_key[41], again[41], other[41];
    TRY (zmq_curve_keypair (public_key, secret_key));
    YES (strlen (public_key) == 40 && strlen (secret_key) == 40);
    TRY (zmq_curve_public (again, secret_key));
    YES (strcmp (public_key, again) == 0);
    TRY (zmq_curve_keypair (again, other));
    YES (strcmp (secret_key, other) != 0 && strcmp (public_key, again) != 0);
    public_of ("a known one", "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs");
    public_of ("two characters", "ab");
    public_of ("41 characters", "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%csx");
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_DEALER);
    char long_key[123] = "";
    TRY (zmq_setsockopt (s, ZMQ_CURVE_PUBLICKEY, long_key, 123));
    TRY (zmq_setsockopt (s, ZMQ_CURVE_SECRETKEY, long_key, 123));
    TRY (zmq_setsockopt (s, ZMQ_CURVE_SERVERKEY, long_key, 123));
    end (ctx, s, NULL);
    public_of ("a foreign character", "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%c~");
}
