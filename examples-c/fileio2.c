/*  fileio2 [file [copy [endpoint]]]

    File transfer, model 2: the client asks for each chunk, by offset and size,
    and waits for it before it asks for the next. The server holds one chunk at
    the most and needs no memory of its clients, any of which may start in the
    middle of the file. The price is a round trip per chunk.

        mktestdata; fileio2                  transfers ./testdata to nowhere
        fileio2 testdata copy

    A chunk shorter than asked for is the last. Model 3 takes the waiting out.  */

#include "fileio.h"

static int client (fio_transfer *self, void *dealer)
{
    long size = FIO_CHUNK;
    for (long offset = 0; size == FIO_CHUNK; offset += FIO_CHUNK) {
        if (fio_fetch (dealer, offset) == -1)
            return -1;
        size = fio_chunk (self, dealer);
    }
    return size == -1 ? -1 : 0;
}

int main (int argc, char **argv)
{
    fio_transfer transfer;
    fio_open (&transfer, argc, argv, 1);
    return fio_run (&transfer, fio_chunk_server, client);
}
