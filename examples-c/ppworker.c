/*  ppworker [endpoint [heartbeat_ms [work_ms [crash_at [slow_at]]]]]
    Paranoid pirate worker: a DEALER that heartbeats to ppqueue and, when the
    queue falls silent, opens a new socket, after a pause that doubles each
    time up to 32 intervals. Misbehaves like lpserver (0 = at random, -1 =
    never).  */

#include "zhelp.h"

#define LIVENESS 3
#define MOST_BACKOFF 32
#define READY "\001"
#define HEARTBEAT "\002"

static int happens (long cycle, long at)
{
    return at > 0 ? cycle == at : at == 0 && cycle > 3 && zh_random (5) == 0;
}

static void *join_queue (void *ctx, const char *endpoint)
{
    void *socket = zh_socket (ctx, ZMQ_DEALER, 0);
    zh_connect (socket, endpoint);
    puts ("I: worker ready");
    zh_send (socket, READY);
    return socket;
}

int main (int argc, char **argv)
{
    const char *endpoint = zh_arg (argc, argv, 1, "tcp://localhost:5556");
    long interval = zh_argn (argc, argv, 2, 1000);
    long work = zh_argn (argc, argv, 3, 1000);
    long crash_at = zh_argn (argc, argv, 4, 0);
    long slow_at = zh_argn (argc, argv, 5, 0);

    void *ctx = zh_begin ();
    void *socket = join_queue (ctx, endpoint);
    int liveness = LIVENESS, backoff = 1;
    int64_t next_heartbeat = zh_clock () + interval;
    zh_message message;
    for (long cycle = 0;;) {
        zmq_pollitem_t items[] = {{socket, 0, ZMQ_POLLIN, 0}};
        int rc = zh_poll (items, 1, interval);
        if (rc == -1)
            break;
        if (rc > 0) {
            if (zh_message_recv (&message, socket) == -1)
                break;
            liveness = LIVENESS;
            backoff = 1;
            if (message.count == 3) {
                if (happens (++cycle, crash_at)) {
                    puts ("I: simulating a crash");
                    zh_message_close (&message);
                    break;
                }
                if (happens (cycle, slow_at)) {
                    puts ("I: simulating CPU overload");
                    zh_sleep (3 * work);
                }
                puts ("I: normal reply");
                zh_sleep (work);
                if (zh_message_send (&message, 0, socket) == -1)
                    break;
            } else {
                if (!zh_frame_is (&message, 0, HEARTBEAT))
                    puts ("E: invalid message from queue");
                zh_message_close (&message);
            }
        } else if (--liveness == 0) {
            printf ("W: heartbeat failure, reconnecting in %ld ms\n", backoff * interval);
            if (zh_sleep (backoff * interval))
                break;
            if (backoff < MOST_BACKOFF)
                backoff *= 2;
            zmq_close (socket);
            socket = join_queue (ctx, endpoint);
            liveness = LIVENESS;
        }
        if (zh_clock () >= next_heartbeat) {
            next_heartbeat = zh_clock () + interval;
            if (zh_send (socket, HEARTBEAT) == -1)
                break;
        }
    }
    zmq_close (socket);
    zh_end (ctx);
    return 0;
}
