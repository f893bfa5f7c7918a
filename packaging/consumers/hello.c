/* What scripts/install-test builds in every way a C program can be built with an
 * installed libzmq. Sends a message to itself over TCP and prints the version of
 * the header, that of the library, and the message. */

#include <stdio.h>
#include <zmq.h>
#include <zmq_utils.h>

int main(void)
{
    int major, minor, patch;
    char endpoint[64], text[16];
    size_t length = sizeof endpoint;
    void *context = zmq_ctx_new();
    void *pull = zmq_socket(context, ZMQ_PULL);
    void *push = zmq_socket(context, ZMQ_PUSH);

    if (zmq_bind(pull, "tcp://127.0.0.1:*") != 0
        || zmq_getsockopt(pull, ZMQ_LAST_ENDPOINT, endpoint, &length) != 0
        || zmq_connect(push, endpoint) != 0
        || zmq_send(push, "hello", 6, 0) != 6
        || zmq_recv(pull, text, sizeof text, 0) != 6) {
        fprintf(stderr, "%s\n", zmq_strerror(zmq_errno()));
        return 1;
    }
    zmq_close(push);
    zmq_close(pull);
    zmq_ctx_term(context);
    zmq_version(&major, &minor, &patch);
    printf("header %d.%d.%d, library %d.%d.%d, %s\n", ZMQ_VERSION_MAJOR, ZMQ_VERSION_MINOR, ZMQ_VERSION_PATCH,
           major, minor, patch, text);
    return 0;
}
