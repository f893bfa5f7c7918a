/* The atomic counter, alone and from several threads. */
/* behaviours: 297 */
#include "check.h"

static void *worker (void *counter)
{
    for (int i = 0; i < 100000; i++)
        zmq_atomic_counter_inc (counter);
    for (int i = 0; i < 50000; i++)
        zmq_atomic_counter_dec (counter);
    return NULL;
}

static void run (void)
{
    void *counter = zmq_atomic_counter_new ();
    pthread_t threads[4];
    TRY (zmq_atomic_counter_value (counter));
    TRY (zmq_atomic_counter_inc (counter));
    TRY (zmq_atomic_counter_inc (counter));
    TRY (zmq_atomic_counter_inc (counter));
    TRY (zmq_atomic_counter_value (counter));
    TRY (zmq_atomic_counter_dec (counter));
    TRY (zmq_atomic_counter_dec (counter));
    TRY (zmq_atomic_counter_dec (counter));
    zmq_atomic_counter_set (counter, 2);
    TRY (zmq_atomic_counter_value (counter));
    zmq_atomic_counter_set (counter, -5);
    TRY (zmq_atomic_counter_inc (counter));
    zmq_atomic_counter_set (counter, 0);
    for (int i = 0; i < 4; i++)
        pthread_create (&threads[i], NULL, worker, counter);
    for (int i = 0; i < 4; i++)
        pthread_join (threads[i], NULL);
    TRY (zmq_atomic_counter_value (counter));
    zmq_atomic_counter_destroy (&counter);
    YES (counter == NULL);
    zmq_atomic_counter_destroy (&counter);
}
