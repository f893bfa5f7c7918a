/*
 * Old programs include this for zmq_stopwatch_start, zmq_sleep and the like;
 * all of it is in zmq.h.
 */

#ifndef __ZMQ_UTILS_H_INCLUDED__
#define __ZMQ_UTILS_H_INCLUDED__

#include "zmq.h"

#endif
