/* ZMQ_FD as event loops use it: only ZMQ_EVENTS, a send and a receive may take the
 * signal back. php-zmq asks for ZMQ_FD again before each select. */
#include "client.h"

#include <poll.h>

static int readable(int fd, int timeout)
{
    struct pollfd item = {.fd = fd, .events = POLLIN};
    return poll(&item, 1, timeout);
}

static int option(void *socket, int name)
{
    int value = 0;
    size_t size = sizeof value;
    EXPECT(zmq_getsockopt(socket, name, &value, &size) == 0);
    return value;
}

/* The signal of a message that has come is still there after `look`. */
static void survives(void *context, const char *name, void (*look)(void *))
{
    char endpoint[64];
    size_t size = sizeof endpoint;
    void *pull = zmq_socket(context, ZMQ_PULL), *push = zmq_socket(context, ZMQ_PUSH);
    int fd;

    test_name = name;
    EXPECT(zmq_bind(pull, "tcp://127.0.0.1:*") == 0);
    EXPECT(zmq_getsockopt(pull, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0);
    EXPECT(zmq_connect(push, endpoint) == 0);
    EXPECT(zmq_send(push, "first", 5, 0) == 5);
    EXPECT(zmq_recv(pull, endpoint, sizeof endpoint, 0) == 5);
    fd = option(pull, ZMQ_FD);
    /* A socket that was found empty tells of the next message. */
    do
        EXPECT(option(pull, ZMQ_EVENTS) == 0);
    while (readable(fd, 50) == 1);

    EXPECT(zmq_send(push, "second", 6, 0) == 6);
    EXPECT(readable(fd, -1) == 1);
    look(pull);
    EXPECT(readable(fd, 0) == 1);
    EXPECT(option(pull, ZMQ_EVENTS) == ZMQ_POLLIN);
    EXPECT(zmq_recv(pull, endpoint, sizeof endpoint, ZMQ_DONTWAIT) == 6);
    zmq_close(push);
    zmq_close(pull);
    passed();
}

static void ask_for_descriptor(void *socket)
{
    option(socket, ZMQ_FD);
}

static void ask_for_type(void *socket)
{
    EXPECT(option(socket, ZMQ_TYPE) == ZMQ_PULL);
}

static void ask_for_more(void *socket)
{
    EXPECT(option(socket, ZMQ_RCVMORE) == 0);
}

static void set_linger(void *socket)
{
    int linger = 0;
    EXPECT(zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger) == 0);
}

int main(void)
{
    void *context = zmq_ctx_new();

    announce("-");
    survives(context, "asking_for_the_descriptor_keeps_the_signal", ask_for_descriptor);
    survives(context, "asking_for_the_type_keeps_the_signal", ask_for_type);
    survives(context, "asking_for_rcvmore_keeps_the_signal", ask_for_more);
    survives(context, "setting_an_option_keeps_the_signal", set_linger);
    zmq_ctx_term(context);
    return 0;
}
