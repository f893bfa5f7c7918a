/*  What the files of this directory share and programs do not see.  */

#ifndef CZMQ2_INTERNAL_H
#define CZMQ2_INTERNAL_H

#include "czmq.h"

/*  One end of a pipe between threads: a PAIR with the pipe's high-water mark.  */
void *czmq2_pipe (zctx_t *self);
/*  Gives a pipe's first end an inproc name that no other has, and connects the
    second. */
int czmq2_join_pipe (void *mine, void *theirs);

/*  A frame with the next one of the socket; NULL and errno when there is none.  */
zframe_t *czmq2_frame_recv (void *socket, int flags);

#endif
