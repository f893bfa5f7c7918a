/* One of czmq's own tests, which its library exports: selftest CLASS. A test that
 * fails ends the process. Left out is zbeacon, which broadcasts on the network. */
#include "client.h"

#include <czmq.h>
#include <sys/stat.h>

typedef struct {
    const char *name;
    void (*test)(bool);
} class_t;

/* Exported, but in no public header. */
void zsock_option_test(bool);

#define X(name) {#name, name##_test},

static const class_t CLASSES[] = {
    X(zactor)
    X(zarmour)
    X(zauth)
    X(zcert)
    X(zcertstore)
    X(zchunk)
    X(zclock)
    X(zconfig)
    X(zdigest)
    X(zdir)
    X(zdir_patch)
    X(zfile)
    X(zframe)
    X(zgossip)
    X(zhash)
    X(zhashx)
    X(ziflist)
    X(zlist)
    X(zlistx)
    X(zloop)
    X(zmonitor)
    X(zmsg)
    X(zpoller)
    X(zproxy)
    X(zrex)
    X(zsock)
    X(zsock_option)
    X(zstr)
    X(zsys)
    X(zuuid)
};

int main(int count, char **words)
{
    announce("4");
    (void) count;
    /* The tests read and write files below here. */
    mkdir("src", 0755);
    mkdir("src/selftest-ro", 0755);
    mkdir("src/selftest-rw", 0755);
    for (size_t at = 0; at < sizeof CLASSES / sizeof *CLASSES; at++) {
        if (words[1] && strcmp(CLASSES[at].name, words[1]) == 0) {
            test_name = words[1];
            CLASSES[at].test(false);
            passed();
            return 0;
        }
    }
    return 2;
}
