/*  flserver3 [endpoint [reached_at]]

    Freelance server, model 3 (the Freelance Protocol, RFC 10): a ROUTER whose
    routing id is the endpoint that clients connect to. Clients have ROUTERs
    too and so can choose the server a message goes to by that name, which
    costs neither side a handshake.

        flserver3 tcp://127.0.0.1:5555 tcp://localhost:5555 &
        flserver3 tcp://127.0.0.1:5556 tcp://localhost:5556 &
        flclient3 tcp://localhost:5555 tcp://localhost:5556

    A "PING" is answered with "PONG", any other message [number][content] with
    [number]["OK"].  */

#include "zparts.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://127.0.0.1:5555");
    const char *name = zh_arg (argc, argv, 2, argc > 1 ? endpoint : "tcp://localhost:5555");

    void *ctx = zh_begin ();
    void *router = zh_socket (ctx, ZMQ_ROUTER, 0);
    if (zmq_setsockopt (router, ZMQ_ROUTING_ID, name, strlen (name)) != 0)
        zh_fail ("ZMQ_ROUTING_ID");
    zh_bind (router, endpoint);
    printf ("I: service is ready at %s\n", name);
    zh_message message;
    while (zh_message_recv (&message, router) != -1) {
        int ping = zh_frame_is (&message, 1, "PING");
        zp_drop (&message, ping ? 1 : 2, message.count);
        zp_append (&message, ping ? "PONG" : "OK");
        if (zh_message_send (&message, 0, router) == -1)
            break;
    }
    zmq_close (router);
    zh_end (ctx);
    return 0;
}
