/*  ppqueue [frontend [backend [heartbeat_ms]]]
    Paranoid pirate queue: workers are DEALERs that send READY and heartbeats;
    one that has been silent for three intervals (1000 ms each) is forgotten,
    and the queue heartbeats to its workers so that they can tell it is alive.  */

#include "zhelp.h"

#define MOST_WORKERS 256
#define LIVENESS 3
#define READY "\001"
#define HEARTBEAT "\002"

typedef struct {
    zh_id id;
    int64_t expiry;
} worker;

/*  Free workers, the least recently heard first.  */
static worker idle[MOST_WORKERS];
static int idle_count;
static long interval;

static void remove_at (int at)
{
    memmove (idle + at, idle + at + 1, (size_t) (--idle_count - at) * sizeof idle[0]);
}

/*  Any message of a worker moves it to the end of the queue.  */
static void heard_from (zmq_msg_t *id_frame)
{
    zh_id id;
    zh_id_of (&id, id_frame);
    for (int n = 0; n < idle_count; n++)
        if (zh_id_equal (&idle[n].id, &id)) {
            remove_at (n);
            break;
        }
    if (idle_count < MOST_WORKERS) {
        idle[idle_count].id = id;
        idle[idle_count++].expiry = zh_clock () + LIVENESS * interval;
    }
}

static void forget_silent (void)
{
    while (idle_count > 0 && zh_clock () >= idle[0].expiry)
        remove_at (0);
}

/*  [worker id] and a control byte, or and [client id][empty][reply].  */
static int from_worker (void *frontend, void *backend)
{
    zh_message message;
    if (zh_message_recv (&message, backend) == -1)
        return -1;
    heard_from (&message.frame[0]);
    if (message.count > 2)
        return zh_message_send (&message, 1, frontend);
    if (!zh_frame_is (&message, 1, READY) && !zh_frame_is (&message, 1, HEARTBEAT))
        puts ("E: invalid message from worker");
    zh_message_close (&message);
    return 0;
}

static int from_client (void *frontend, void *backend)
{
    zh_message message;
    if (zh_message_recv (&message, frontend) == -1)
        return -1;
    if (zh_id_send (&idle[0].id, backend) == -1) {
        zh_message_close (&message);
        return -1;
    }
    remove_at (0);
    return zh_message_send (&message, 0, backend);
}

static int heartbeat (void *backend)
{
    for (int n = 0; n < idle_count; n++)
        if (zh_id_send (&idle[n].id, backend) == -1 || zh_send (backend, HEARTBEAT) == -1)
            return -1;
    return 0;
}

int main (int argc, char **argv)
{
    const char *frontend_endpoint = zh_arg (argc, argv, 1, "tcp://*:5555");
    const char *backend_endpoint = zh_arg (argc, argv, 2, "tcp://*:5556");
    interval = zh_argn (argc, argv, 3, 1000);

    void *ctx = zh_begin ();
    void *frontend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (frontend, frontend_endpoint);
    void *backend = zh_socket (ctx, ZMQ_ROUTER, 0);
    zh_bind (backend, backend_endpoint);

    zmq_pollitem_t items[] = {{backend, 0, ZMQ_POLLIN, 0}, {frontend, 0, ZMQ_POLLIN, 0}};
    int64_t next_heartbeat = zh_clock () + interval;
    for (;;) {
        int polled = idle_count > 0 ? 2 : 1;
        int64_t wait = next_heartbeat - zh_clock ();
        if (zh_poll (items, polled, wait > 0 ? (long) wait : 0) == -1)
            break;
        if (items[0].revents & ZMQ_POLLIN && from_worker (frontend, backend) == -1)
            break;
        forget_silent ();
        if (polled == 2 && idle_count > 0 && items[1].revents & ZMQ_POLLIN
            && from_client (frontend, backend) == -1)
            break;
        if (zh_clock () >= next_heartbeat) {
            if (heartbeat (backend) == -1)
                break;
            next_heartbeat = zh_clock () + interval;
        }
    }
    zmq_close (backend);
    zmq_close (frontend);
    zh_end (ctx);
    return 0;
}
