/* Compiled, not run, by tests/header.rs as several kinds of C and C++. */
#include <zmq.h>
#include <zmq_utils.h>

#if ZMQ_VERSION < ZMQ_MAKE_VERSION(4, 3, 5)
#error "ZMQ_VERSION"
#endif

static void release (void *data, void *hint)
{
    (void) data;
    (void) hint;
}

int main (void)
{
    zmq_msg_t msg;
    zmq_pollitem_t item;
    zmq_free_fn *ffn = release;
    zmq_free_fn *null_ffn = NULL;

    item.socket = NULL;
    item.fd = 0;
    item.events = ZMQ_POLLIN;
    item.revents = 0;
    if (zmq_msg_init_data (&msg, NULL, 0, ffn, NULL) != 0)
        return errno == EFSM;
    if (zmq_msg_init_data (&msg, NULL, 0, null_ffn, NULL) != 0)
        return errno == ENOTSUP;
#ifdef ZMQ_BUILD_DRAFT_API
    {
        zmq_poller_event_t event;
        event.fd = 0;
        if (zmq_poller_wait (NULL, &event, 0) != 0)
            return 1;
    }
#endif
    return zmq_poll (&item, 1, 0L);
}
