/*  clonecli6 [primary [backup [interval_ms [silence_ms]]]]

    Clone, model 6: a client of a pair of servers. All it has to do is in
    clone.h; what remains is the application: sets a random key of ten below
    "/client/" every interval (1000 ms), to live up to 30 seconds, and prints
    what the map has for it then. A server silent for 5000 ms is left for the
    other one.

        clonesrv6 -p &  clonesrv6 -b &  clonecli6 &  clonecli6

    and then stop the primary.  */

#include "clone.h"

int main (int argc, char **argv)
{
    const char *primary = zh_arg (argc, argv, 1, "tcp://localhost:5556");
    const char *backup = zh_arg (argc, argv, 2, "tcp://localhost:5566");
    long interval = zh_argn (argc, argv, 3, 1000);

    void *ctx = zh_begin ();
    static clone_client map;
    clone_start (&map, ctx, "/client/", zh_argn (argc, argv, 4, 5000));
    int rc = clone_connect (&map, primary);
    if (rc != -1)
        rc = clone_connect (&map, backup);
    while (rc != -1) {
        char key[32], value[32], found[64];
        snprintf (key, sizeof key, "/client/%ld", zh_random (10));
        snprintf (value, sizeof value, "%ld", zh_random (1000000));
        rc = clone_set (&map, key, value, 2 + zh_random (29));
        /*  Ours comes back from the server before it is in the map.  */
        if (rc == -1 || zh_sleep (interval)
            || (rc = clone_get (&map, key, found, sizeof found)) == -1)
            break;
        printf ("%s: set %s, %s\n", key, value,
                strcmp (found, value) == 0 ? "got it back" : "not there");
    }
    clone_stop (&map);
    zh_end (ctx);
    return 0;
}
