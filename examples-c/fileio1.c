/*  fileio1 [file [copy [endpoint]]]

    File transfer, model 1: the client says "fetch" once and the server sends
    the whole file, chunk after chunk, as fast as it can read. Simple, and
    fast; but a slow client makes the server hold the whole file in memory, and
    a limit on that (the high-water mark, here none) would make the ROUTER drop
    chunks. The other two models are the answers to this one.

        mktestdata; fileio1                  transfers ./testdata to nowhere
        fileio1 testdata copy

    An empty chunk is the end of the file.  */

#include "fileio.h"

static void server (zactor *actor)
{
    fio_transfer *self = actor->arg;
    zh_message request;
    while (zh_message_recv (&request, self->router) != -1) {
        zh_id client;
        zh_id_of (&client, &request.frame[0]);
        zh_message_close (&request);
        int rc = 0;
        size_t size = 1;
        for (long offset = 0; rc != -1 && size > 0; offset += FIO_CHUNK) {
            zh_message chunk = {0};
            zp_insert_id (&chunk, 0, &client);
            fio_read (self, offset, FIO_CHUNK, &chunk);
            size = zmq_msg_size (&chunk.frame[1]);
            rc = zh_message_send (&chunk, 0, self->router);
        }
    }
    zmq_close (self->router);
}

static int client (fio_transfer *self, void *dealer)
{
    if (zh_send (dealer, "fetch") == -1)
        return -1;
    long size;
    while ((size = fio_chunk (self, dealer)) > 0)
        ;
    return (int) size;
}

int main (int argc, char **argv)
{
    fio_transfer transfer;
    fio_open (&transfer, argc, argv, 0);
    return fio_run (&transfer, server, client);
}
