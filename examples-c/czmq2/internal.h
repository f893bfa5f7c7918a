/*  What the files of this directory share and programs do not see.  */

#ifndef CZMQ2_INTERNAL_H
#define CZMQ2_INTERNAL_H

#include "czmq.h"

/*  Never NULL.  (zutil.c)  */
char *czmq2_strdup (const char *string);
char *czmq2_vformat (const char *format, va_list arguments);

/*  Installs the handling of signals, once in the life of the process.  (zctx.c)  */
void czmq2_catch_signals (void);

/*  zsocket_bind and zsocket_connect with the arguments as a list.  (zsocket.c)  */
int czmq2_vbind (void *socket, const char *format, va_list arguments);
int czmq2_vconnect (void *socket, const char *format, va_list arguments);

/*  One end of a pipe between threads: a PAIR with the pipe's high-water mark.
    (zctx.c)  */
void *czmq2_pipe (zctx_t *self);
/*  Gives a pipe's first end an inproc name that no other has, and connects the
    second.  (zctx.c)  */
int czmq2_join_pipe (void *mine, void *theirs);

/*  A frame with the next one of the socket; NULL and errno when there is none.
    (zframe.c)  */
zframe_t *czmq2_frame_recv (void *socket, int flags);

#endif
