/* The suicidal snail: a subscriber that ends itself when it cannot keep up. Publisher
 * and subscriber are actors; the publisher stamps its messages with the time. */
#include <czmq.h>

#include "client.h"

#define MAX_DELAY_MS 100

static void publish(zsock_t *pipe, void *endpoint)
{
    zsock_t *publisher = zsock_new(ZMQ_XPUB);
    char *subscription;

    zsock_bind(publisher, "tcp://127.0.0.1:*");
    strcpy(endpoint, zsock_endpoint(publisher));
    zsock_signal(pipe, 0);
    subscription = zstr_recv(publisher);
    assert(subscription && subscription[0] == 1);
    zstr_free(&subscription);
    while (!zsys_interrupted) {
        char *command;
        zstr_sendf(publisher, "%" PRId64, zclock_mono());
        command = zstr_recv_nowait(pipe);
        if (command) {
            assert(streq(command, "$TERM"));
            zstr_free(&command);
            break;
        }
        zclock_sleep(1);
    }
    zsock_destroy(&publisher);
}

static void crawl(zsock_t *pipe, void *endpoint)
{
    zsock_t *subscriber = zsock_new_sub(endpoint, "");

    zsock_signal(pipe, 0);
    while (!zsys_interrupted) {
        int64_t sent;
        char *stamp = zstr_recv(subscriber);
        if (!stamp)
            break;
        sent = strtoll(stamp, NULL, 10);
        zstr_free(&stamp);
        if (zclock_mono() - sent > MAX_DELAY_MS) {
            zstr_send(pipe, "gone and died");
            break;
        }
        /* Slower than the publisher, so that the delay grows. */
        zclock_sleep(4);
    }
    zsock_destroy(&subscriber);
}

int main(void)
{
    char endpoint[256], *last;
    zactor_t *publisher, *subscriber;

    announce("4");
    test_name = "the_snail_dies_of_its_delay";
    publisher = zactor_new(publish, endpoint);
    EXPECT(publisher != NULL);
    subscriber = zactor_new(crawl, endpoint);
    EXPECT(subscriber != NULL);
    last = zstr_recv(subscriber);
    EXPECT(last && streq(last, "gone and died"));
    zstr_free(&last);
    zactor_destroy(&subscriber);
    zactor_destroy(&publisher);
    passed();

    test_name = "an_interrupt_ends_a_poll";
    {
        zsock_t *quiet = zsock_new_pull("inproc://quiet");
        zpoller_t *poller = zpoller_new(quiet, NULL);
        struct itimerval soon = {.it_value = {.tv_usec = 20000}};
        struct sigaction action = {0};
        signal(SIGALRM, SIG_DFL);
        sigaction(SIGINT, NULL, &action);
        EXPECT(action.sa_handler != SIG_DFL);
        action.sa_flags = 0;
        sigaction(SIGALRM, &action, NULL);
        setitimer(ITIMER_REAL, &soon, NULL);
        EXPECT(zpoller_wait(poller, -1) == NULL);
        EXPECT(zsys_interrupted);
        EXPECT(zpoller_terminated(poller));
        zpoller_destroy(&poller);
        zsock_destroy(&quiet);
        passed();
    }
    return 0;
}
