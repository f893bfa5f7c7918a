/*  syncpub [endpoint [sync_endpoint [subscribers [messages]]]]
    A publisher that starts when all its subscribers (10) are there. Until then
    it says HELLO again and again; a subscriber that hears it is subscribed and
    reports to the REP socket. Nothing after that is lost.  */

#include "zhelp.h"

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://*:5561");
    const char *sync_endpoint = zh_arg (argc, argv, 2, "tcp://*:5562");
    long subscribers = zh_argn (argc, argv, 3, 10);
    long messages = zh_argn (argc, argv, 4, 1000000);

    void *ctx = zh_begin ();
    void *publisher = zh_socket (ctx, ZMQ_PUB, -1);
    /*  A publisher drops at the high-water mark; here it must keep them all.  */
    int unlimited = 0;
    zmq_setsockopt (publisher, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
    zh_bind (publisher, endpoint);
    void *sync = zh_socket (ctx, ZMQ_REP, -1);
    zh_bind (sync, sync_endpoint);

    puts ("Waiting for subscribers");
    zmq_pollitem_t reports[] = {{sync, 0, ZMQ_POLLIN, 0}};
    char text[16];
    long present = 0;
    int rc = 0;
    while (rc != -1 && present < subscribers) {
        rc = zh_send (publisher, "HELLO");
        if (rc != -1)
            rc = zh_poll (reports, 1, 10);
        if (rc > 0) {
            if (zh_recv (sync, text, sizeof text) == -1 || zh_send (sync, "") == -1)
                rc = -1;
            present++;
        }
    }
    if (rc != -1)
        puts ("Broadcasting messages");
    for (long n = 0; rc != -1 && n < messages; n++)
        rc = zh_send (publisher, "update");
    if (rc != -1)
        rc = zh_send (publisher, "END");
    zmq_close (sync);
    zmq_close (publisher);
    zh_end (ctx);
    return rc == -1 ? 1 : 0;
}
