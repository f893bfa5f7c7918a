/* Timers: ids, refusals, due times, cancelling, re-arming. */
/* behaviours: 24, 247, 248, 249, 250, 251 */
#include "check.h"

static int fired;

static void fire (int id, void *arg)
{
    (void) id;
    fired++;
    if (arg)
        ++*(int *) arg;
}

static void execute_when_due (void *timers)
{
    while (zmq_timers_timeout (timers) > 0)
        look_again ();
    MUST (zmq_timers_execute (timers));
}

static void run (void)
{
    void *none = NULL;
    int counter = 0;
    TRY (zmq_timers_destroy (&none));
    TRY (zmq_timers_add (NULL, 10, fire, NULL));
    TRY (zmq_timers_cancel (NULL, 1));
    TRY (zmq_timers_set_interval (NULL, 1, 10));
    TRY (zmq_timers_reset (NULL, 1));
    TRY (zmq_timers_timeout (NULL));
    TRY (zmq_timers_execute (NULL));
    TRY (zmq_timers_add (&none, 10, fire, NULL));
    TRY (zmq_timers_execute (&none));

    void *timers = zmq_timers_new ();
    TRY (zmq_timers_timeout (timers));
    TRY (zmq_timers_execute (timers));
    TRY (zmq_timers_add (timers, 10, NULL, NULL));
    TRY (zmq_timers_cancel (timers, 7));
    TRY (zmq_timers_set_interval (timers, 7, 10));
    TRY (zmq_timers_reset (timers, 7));

    int id = zmq_timers_add (timers, 3600000, fire, &counter);
    say ("first id %d", id);
    TRY (zmq_timers_execute (timers));
    say ("fired early %d", fired);
    long wait = zmq_timers_timeout (timers);
    YES (wait > 1800000 && wait <= 3600000);
    TRY (zmq_timers_set_interval (timers, id, 30));
    YES (zmq_timers_timeout (timers) <= 30);
    execute_when_due (timers);
    say ("fired %d, counter %d", fired, counter);
    YES (zmq_timers_timeout (timers) <= 30);
    TRY (zmq_timers_set_interval (timers, id, 3600000));
    TRY (zmq_timers_reset (timers, id));
    YES (zmq_timers_timeout (timers) > 1800000);
    TRY (zmq_timers_cancel (timers, id));
    TRY (zmq_timers_cancel (timers, id));
    TRY (zmq_timers_execute (timers));

    int one = zmq_timers_add (timers, 10, fire, NULL);
    int two = zmq_timers_add (timers, 10, fire, NULL);
    YES (one != two && two != id);
    fired = 0;
    TRY (zmq_timers_cancel (timers, one));
    execute_when_due (timers);
    say ("fired %d", fired);
    TRY (zmq_timers_cancel (timers, two));
    errno = 0;
    say ("without a timer %ld", zmq_timers_timeout (timers));
    YES (zmq_timers_add (timers, (size_t) -1, fire, NULL) > 0);
    TRY (zmq_timers_destroy (&timers));
    YES (timers == NULL);
}
