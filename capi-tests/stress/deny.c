/* Runs a program that is denied one system call: deny CALL ERRNO PROGRAM ARGUMENTS...
   Exit code 77 if this machine has no such call. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct
{
    const char *name;
    int number;
} calls[] = {
#define CALL(name) {#name, SYS_##name},
    CALL (membarrier) CALL (eventfd2) CALL (timerfd_create) CALL (timerfd_settime) CALL (accept4)
    CALL (getrandom) CALL (epoll_create1) CALL (epoll_ctl) CALL (ppoll) CALL (sendmsg) CALL (recvmsg)
    CALL (sendto) CALL (recvfrom) CALL (memfd_create) CALL (pipe2) CALL (socketpair) CALL (setsockopt)
    CALL (getsockopt) CALL (getsockname) CALL (getpeername) CALL (socket) CALL (bind) CALL (listen)
    CALL (connect) CALL (fcntl) CALL (sched_yield) CALL (prctl) CALL (gettid)
#ifdef SYS_poll
    CALL (poll)
#endif
#ifdef SYS_epoll_wait
    CALL (epoll_wait)
#endif
};

int main (int argc, char **argv)
{
    int number = -1;
    for (size_t i = 0; argc > 3 && i < sizeof calls / sizeof *calls; i++)
        if (!strcmp (argv[1], calls[i].name))
            number = calls[i].number;
    if (number == -1)
        return 77;
    struct sock_filter filter[] = {
        BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
        BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | atoi (argv[2])),
        BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1) {
        perror ("seccomp");
        return 78;
    }
    execv (argv[3], argv + 3);
    perror (argv[3]);
    return 79;
}
