/* Transports that neither library has: no address of theirs is looked at. */
/* hostile: 53 */
/* behaviours: 109, 294 */
#include "check.h"

static void run (void)
{
    static const char *const endpoints[] = {
        "vmci://*:*", "vmci://1:2", "vmci://@:5555", "vmci://nonsense", "vsock://1:2",
        "vsock://*:*", "vsock://nonsense", "wss://127.0.0.1:1", "nosuch://1", "VMCI://1:2",
        "vmci://", "vmci", "udp://127.0.0.1:1", "udp://nonsense"};
    void *ctx = new_context ();
    YES (zmq_has ("vmci") == 0);
    YES (zmq_has ("vsock") == 0);
    YES (zmq_has ("WSS") == 0);
    YES (zmq_has ("draft") == 0);
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        say ("%s", endpoints[i]);
        for (int type = ZMQ_PAIR; type <= ZMQ_STREAM; type++) {
            int (*const calls[]) (void *, const char *) = {zmq_bind, zmq_connect, zmq_unbind,
                                                           zmq_disconnect};
            void *s = new_socket (ctx, type);
            for (int call = 0; call < 4; call++) {
                errno = 0;
                MUST_BE (calls[call](s, endpoints[i]) == -1);
                printf (" %s", err_name (errno));
            }
            MUST (zmq_close (s));
            say ("");
        }
    }
    end (ctx, NULL, NULL);
}
