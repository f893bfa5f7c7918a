/* Prints every number a program takes from zmq.h. tests/header.rs compiles it
   with our header and with the system's and compares. macros.inc is a list of
   NUMBER(name) and TEXT(name). */
#include <zmq.h>

#define NUMBER(name) printf ("%s %ld\n", #name, (long) (name));
#define TEXT(name) printf ("%s %s\n", #name, name);
#define SIZE(type) \
    printf ("sizeof(%s) %lu\n", #type, (unsigned long) sizeof (type)); \
    printf ("alignof(%s) %lu\n", #type, (unsigned long) __alignof__(type));
#define OFFSET(type, field) \
    printf ("offsetof(%s,%s) %lu %lu\n", #type, #field, \
            (unsigned long) offsetof (type, field), \
            (unsigned long) sizeof (((type *) 0)->field));

int main (void)
{
#include "macros.inc"
    SIZE (zmq_msg_t)
    SIZE (zmq_fd_t)
    SIZE (zmq_pollitem_t)
    OFFSET (zmq_pollitem_t, socket)
    OFFSET (zmq_pollitem_t, fd)
    OFFSET (zmq_pollitem_t, events)
    OFFSET (zmq_pollitem_t, revents)
    SIZE (zmq_poller_event_t)
    OFFSET (zmq_poller_event_t, socket)
    OFFSET (zmq_poller_event_t, fd)
    OFFSET (zmq_poller_event_t, user_data)
    OFFSET (zmq_poller_event_t, events)
    return 0;
}
