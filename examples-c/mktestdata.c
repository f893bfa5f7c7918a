/*  mktestdata [file [bytes]]

    Makes a file for fileio1, fileio2 and fileio3 to transfer: "testdata" with
    16 MiB of random bytes, so that a chunk in the wrong place shows in the
    checksum, which it prints.

        mktestdata
        mktestdata big 1073741824  */

#include "fileio.h"

int main (int argc, char **argv)
{
    const char *name = zh_arg (argc, argv, 1, "testdata");
    long left = zh_argn (argc, argv, 2, 16L << 20);

    FILE *file = fopen (name, "wb");
    if (file == NULL)
        zh_fail (name);
    fio_sum sum = {0};
    static unsigned char block[FIO_CHUNK];
    while (left > 0) {
        size_t size = left < (long) sizeof block ? (size_t) left : sizeof block;
        for (size_t n = 0; n < size; n++)
            block[n] = (unsigned char) zh_random (256);
        if (fwrite (block, 1, size, file) != size)
            zh_fail (name);
        fio_add (&sum, block, size);
        left -= (long) size;
    }
    if (fclose (file) != 0)
        zh_fail (name);
    fio_print ("made", &sum);
    return 0;
}
