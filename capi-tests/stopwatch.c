/* The stopwatch counts microseconds and never goes back. */
/* behaviours: 299 */
#include "check.h"

static void run (void)
{
    void *watch = zmq_stopwatch_start ();
    YES (watch != NULL);
    unsigned long one = zmq_stopwatch_intermediate (watch);
    take_time (50);
    unsigned long two = zmq_stopwatch_intermediate (watch);
    unsigned long three = zmq_stopwatch_stop (watch);
    YES (two - one >= 49000);
    YES (three >= two);
    long start = now_ms ();
    zmq_sleep (1);
    YES (now_ms () - start >= 990);
    zmq_sleep (0);
}
