/*  Arguments of the freelance clients: [-n count] endpoint..., and the report
    that two of them end with.  */

#ifndef FREELANCE_H
#define FREELANCE_H

#include "zparts.h"

typedef struct {
    long count; /*  requests to make  */
    char **endpoint;
    int servers;
} fl_args;

/*  With `otherwise` for the count; the endpoints are those of three servers on
    this machine unless given.  */
static inline fl_args fl_arguments (int argc, char **argv, long otherwise)
{
    static char *three[] = {"tcp://localhost:5555", "tcp://localhost:5556",
                            "tcp://localhost:5557"};
    fl_args args = {otherwise, three, 3};
    int at = 1;
    if (argc > 2 && strcmp (argv[1], "-n") == 0) {
        args.count = zh_argn (argc, argv, 2, otherwise);
        at = 3;
    }
    if (at < argc) {
        args.endpoint = argv + at;
        args.servers = argc - at;
    }
    return args;
}

static inline void fl_report (long calls, int64_t start)
{
    printf ("%ld requests, average round trip %ld us\n", calls,
            calls > 0 ? (long) (zh_clock () - start) * 1000 / calls : 0);
}

#endif
