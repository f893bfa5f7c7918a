/*  Some of the Guide's programs include the lists by this name.  */
#include "czmq.h"
