/* NULL where upstream would crash or abort: an errno instead. */
#include "check.h"

static void run (void)
{
    TRY (zmq_msg_close (NULL));
}
