/*
 * Opens the ledger, for every program of the soak.
 */
#include "ledger.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

struct ledger *open_ledger (const char *path)
{
    int fd = open (path, O_RDWR | O_CLOEXEC);
    if (fd == -1) {
        perror (path);
        exit (2);
    }
    void *at = mmap (NULL, sizeof (struct ledger), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close (fd);
    if (at == MAP_FAILED) {
        perror ("mmap");
        exit (2);
    }
    return at;
}
