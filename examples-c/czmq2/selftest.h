/*  What the parts of the selftest share. A test is a function named by what it
    shows; the first check that does not hold ends the program with its line. Nothing
    here waits for time to pass, except where a clock or a timeout is what is tested.
    Addresses are of this machine, ports free ones.  */

#ifndef CZMQ2_SELFTEST_H
#define CZMQ2_SELFTEST_H

#include "czmq.h"

#define CHECK(condition)                                                                \
    ((condition) ? (void) 0 : failed (__FILE__, __LINE__, #condition))
#define RUN(test) printf ("%s\n", #test), fflush (stdout), test ()

_Noreturn void failed (const char *file, int line, const char *condition);

/*  True when it is the string; frees it.  */
bool is (char *received, const char *expected);
/*  Two sockets to send messages through.  */
zctx_t *new_pair (void **one, void **other);

/*  The parts: selftest-data.c, selftest-msg.c, selftest-socket.c, selftest-loop.c.
    Interrupts come first: they need a process that has no threads yet.  */
void test_interrupts (void);
void test_data (void);
void test_messages (void);
void test_sockets (void);
void test_loops (void);

#endif
