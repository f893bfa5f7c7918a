// One line for each program of capi-tests/, included by capi.rs.
c_tests! {
    ctx_affinity
    ctx_fork
    ctx_inherit
    ctx_max_sockets
    ctx_no_io_threads
    ctx_null
    ctx_options
    ctx_several
    ctx_shutdown
    ctx_socket_types
    ctx_term_empty
    ctx_term_waits_for_close
    ctx_term_wakes_poll
    ctx_term_wakes_recv
    ctx_term_wakes_send
    errno_thread
    null_args_ours
    null_socket
    strerror
    version_and_has
}
