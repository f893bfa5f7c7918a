//! The draft functions: exported always, declared in zmq.h under
//! ZMQ_BUILD_DRAFT_API, and free to change until they are stable.

pub mod constants;
pub mod context;
pub mod message;
pub mod poller;
pub mod ppoll;
pub mod socket;
pub mod types;
