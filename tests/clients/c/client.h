/* What the C and C++ clients share: lines for tests, the library's name, a watchdog. */
#ifndef CLIENT_H
#define CLIENT_H

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

/* Fails the test, and the program: what follows would make no sense. */
#define EXPECT(condition)                                                                    \
    do {                                                                                     \
        if (!(condition)) {                                                                  \
            printf("FAIL %s: line %d: %s (%s)\n", test_name, __LINE__, #condition,           \
                   zmq_strerror(zmq_errno()));                                               \
            exit(1);                                                                         \
        }                                                                                    \
    } while (0)

static const char *test_name = "start";

static void passed(void)
{
    printf("ok %s\n", test_name);
}

/* `library VERSION PATH` of what this process has loaded. */
static void announce(const char *version)
{
    int major, minor, patch;
    char line[PATH_MAX + 200], path[PATH_MAX], last[PATH_MAX] = "";
    FILE *maps = fopen("/proc/self/maps", "r");

    setvbuf(stdout, NULL, _IOLBF, 0);
    alarm(120);
    zmq_version(&major, &minor, &patch);
    printf("client %s\nlibrary %d.%d.%d", version, major, minor, patch);
    while (maps && fgets(line, sizeof line, maps)) {
        const char *name = strchr(line, '/');
        if (name && strstr(name, "/libzmq") && sscanf(name, "%s", path) == 1 && strcmp(path, last)) {
            printf(" %s", path);
            strcpy(last, path);
        }
    }
    printf("\n");
    if (maps)
        fclose(maps);
}

#endif
