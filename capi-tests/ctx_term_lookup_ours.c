/* zmq_ctx_term does not wait for a look-up of a name that is under way. The
   program's own getaddrinfo stands for one that takes its time. */
#include "check.h"

#include <netdb.h>
#include <semaphore.h>

static sem_t begun, go_on, over;

int getaddrinfo (const char *restrict node, const char *restrict service,
                 const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
    (void) node, (void) service, (void) result;
    if (hints != NULL && (hints->ai_flags & AI_NUMERICHOST) != 0)
        return EAI_NONAME; /* not a look-up, but a question about the name */
    sem_post (&begun);
    while (sem_wait (&go_on) != 0)
        ;
    sem_post (&over);
    return EAI_NONAME;
}

static void run (void)
{
    sem_init (&begun, 0, 0);
    sem_init (&go_on, 0, 0);
    sem_init (&over, 0, 0);
    void *ctx = new_context (), *s = new_socket (ctx, ZMQ_PUSH);
    set_int (s, ZMQ_LINGER, 0);
    MUST (zmq_connect (s, "tcp://slow.example:5555"));
    while (sem_wait (&begun) != 0)
        ;
    MUST (zmq_close (s));
    TRY (zmq_ctx_term (ctx));
    sem_post (&go_on);
    while (sem_wait (&over) != 0)
        ;
}
