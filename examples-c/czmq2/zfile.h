/*  Some of the Guide's programs include the file calls by this name.  */
#include "czmq.h"
