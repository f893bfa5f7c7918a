/*
 * A lossy wire between two network namespaces: a tun device in each, and this
 * process, which carries packets from one to the other, loses some and has
 * some wait. The kernel's netem does the same where it is built in; tun is
 * there more often, and the losses follow from the seed.
 *
 *   wire NAMESPACE-A DEVICE-A NAMESPACE-B DEVICE-B SEED LOSS-IN-1000
 *
 * The namespaces are paths. Prints `up` when both devices are there.
 */
#include "ledger.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

static void fail (const char *what)
{
    perror (what);
    exit (1);
}

static int device (const char *space, const char *name)
{
    int ns = open (space, O_RDONLY | O_CLOEXEC);
    if (ns == -1 || setns (ns, CLONE_NEWNET) == -1)
        fail (space);
    close (ns);
    int fd = open ("/dev/net/tun", O_RDWR | O_CLOEXEC);
    struct ifreq request;
    memset (&request, 0, sizeof request);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    strncpy (request.ifr_name, name, IFNAMSIZ - 1);
    if (fd == -1 || ioctl (fd, TUNSETIFF, &request) == -1)
        fail ("/dev/net/tun");
    return fd;
}

int main (int argc, char **argv)
{
    if (argc < 7)
        return 2;
    prctl (PR_SET_PDEATHSIG, SIGKILL);
    struct pollfd ends[2] = {{device (argv[1], argv[2]), POLLIN, 0}, {device (argv[3], argv[4]), POLLIN, 0}};
    uint64_t random = mix (strtoull (argv[5], NULL, 10)), loss = strtoull (argv[6], NULL, 10);
    static char packet[1 << 16];
    puts ("up");
    fflush (stdout);
    for (;;) {
        if (poll (ends, 2, -1) <= 0)
            continue;
        for (int i = 0; i < 2; i++) {
            ssize_t size = ends[i].revents ? read (ends[i].fd, packet, sizeof packet) : 0;
            if (size <= 0 || below (&random, 1000) < loss)
                continue;
            if (below (&random, 50) == 0)
                nap_us (below (&random, 10000));
            if (write (ends[1 - i].fd, packet, (size_t) size) == -1)
                continue; /* as lost: TCP does not mind */
        }
    }
}
