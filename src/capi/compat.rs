//! What each function of zmq.h does here: the table behind COMPAT.md.
