/*  fileio3 [file [copy [endpoint]]]

    File transfer, model 3: credit-based flow control. The client keeps ten
    requests under way: it sends ten at the start and one more for each chunk
    that arrives. The line is never idle, and yet the server never holds more
    than ten chunks per client, which its high-water mark makes sure of.

        mktestdata; fileio3                  transfers ./testdata to nowhere
        fileio3 testdata copy

    A chunk shorter than asked for is the last; the requests still under way
    then are answered with empty ones, which nobody waits for.  */

#include "fileio.h"

#define PIPELINE 10

static int client (fio_transfer *self, void *dealer)
{
    long size = FIO_CHUNK, offset = 0;
    int credit = PIPELINE;
    while (size == FIO_CHUNK) {
        for (; credit > 0; credit--, offset += FIO_CHUNK)
            if (fio_fetch (dealer, offset) == -1)
                return -1;
        size = fio_chunk (self, dealer);
        credit++;
    }
    return size == -1 ? -1 : 0;
}

int main (int argc, char **argv)
{
    fio_transfer transfer;
    fio_open (&transfer, argc, argv, PIPELINE);
    return fio_run (&transfer, fio_chunk_server, client);
}
