/* Actors, pollers, loops and proxies as czmq programs use them. */
#include <czmq.h>

#include "client.h"

static void echo(zsock_t *pipe, void *arguments)
{
    assert(streq(arguments, "hello"));
    zsock_signal(pipe, 0);
    for (;;) {
        zmsg_t *message = zmsg_recv(pipe);
        char *command = message ? zmsg_popstr(message) : NULL;
        if (!command || streq(command, "$TERM")) {
            zstr_free(&command);
            zmsg_destroy(&message);
            return;
        }
        if (streq(command, "ECHO"))
            zmsg_send(&message, pipe);
        zstr_free(&command);
        zmsg_destroy(&message);
    }
}

static void actors_echo_what_they_are_told(void)
{
    zactor_t *actors[20];

    test_name = __func__;
    for (int at = 0; at < 20; at++)
        EXPECT((actors[at] = zactor_new(echo, "hello")) != NULL);
    for (int round = 0; round < 50; round++)
        for (int at = 0; at < 20; at++)
            EXPECT(zsock_send(actors[at], "ssi", "ECHO", "this is", round) == 0);
    for (int round = 0; round < 50; round++) {
        for (int at = 0; at < 20; at++) {
            char *text = NULL;
            int number = -1;
            EXPECT(zsock_recv(actors[at], "si", &text, &number) == 0);
            EXPECT(streq(text, "this is") && number == round);
            zstr_free(&text);
        }
    }
    for (int at = 0; at < 20; at++)
        zactor_destroy(&actors[at]);
    passed();
}

static void a_poller_tells_which_socket_is_ready(void)
{
    zsock_t *sinks[5], *vents[5];
    zpoller_t *poller = zpoller_new(NULL);
    int got[5] = {0};

    test_name = __func__;
    for (int at = 0; at < 5; at++) {
        sinks[at] = zsock_new_pull("@tcp://127.0.0.1:*");
        EXPECT(sinks[at] && zpoller_add(poller, sinks[at]) == 0);
        vents[at] = zsock_new_push(zsock_endpoint(sinks[at]));
        EXPECT(vents[at]);
    }
    EXPECT(zpoller_wait(poller, 10) == NULL && zpoller_expired(poller));
    for (int round = 0; round < 100; round++)
        for (int at = 0; at < 5; at++)
            EXPECT(zsock_send(vents[at], "ii", at, round) == 0);
    for (int count = 0; count < 500; count++) {
        int who, round;
        zsock_t *ready = zpoller_wait(poller, -1);
        EXPECT(ready && zsock_recv(ready, "ii", &who, &round) == 0);
        EXPECT(who >= 0 && who < 5 && ready == sinks[who] && round == got[who]);
        got[who]++;
    }
    EXPECT(zpoller_remove(poller, sinks[0]) == 0);
    EXPECT(zsock_send(vents[0], "ii", 0, 0) == 0);
    EXPECT(zpoller_wait(poller, 20) == NULL);
    zpoller_destroy(&poller);
    for (int at = 0; at < 5; at++) {
        zsock_destroy(&vents[at]);
        zsock_destroy(&sinks[at]);
    }
    passed();
}

static int on_timer(zloop_t *loop, int timer, void *socket)
{
    (void) loop, (void) timer;
    return zstr_send(socket, "PING");
}

static int on_message(zloop_t *loop, zsock_t *reader, void *count)
{
    char *text = zstr_recv(reader);
    EXPECT(text && streq(text, "PING"));
    zstr_free(&text);
    (void) loop;
    return ++*(int *) count == 20 ? -1 : 0;
}

static void a_loop_has_timers_and_readers(void)
{
    zsock_t *server = zsock_new_pair("@inproc://loop"), *client = zsock_new_pair(">inproc://loop");
    zloop_t *loop = zloop_new();
    int count = 0;

    test_name = __func__;
    EXPECT(zloop_timer(loop, 1, 0, on_timer, client) >= 0);
    EXPECT(zloop_reader(loop, server, on_message, &count) == 0);
    zloop_start(loop);
    EXPECT(count == 20);
    zloop_destroy(&loop);
    zsock_destroy(&client);
    zsock_destroy(&server);
    passed();
}

static void serve(zsock_t *pipe, void *endpoint)
{
    zsock_t *rep = zsock_new(ZMQ_REP);
    zpoller_t *poller = zpoller_new(pipe, rep, NULL);

    zsock_connect(rep, "%s", (char *) endpoint);
    zsock_signal(pipe, 0);
    while (zpoller_wait(poller, -1) == rep) {
        char *question = zstr_recv(rep);
        zstr_sendf(rep, "answer to %s", question);
        zstr_free(&question);
    }
    zpoller_destroy(&poller);
    zsock_destroy(&rep);
}

static void a_proxy_pauses_captures_and_ends(void)
{
    zactor_t *proxy = zactor_new(zproxy, NULL), *server;
    zsock_t *capture = zsock_new_pull("@inproc://capture"), *req;

    test_name = __func__;
    EXPECT(proxy && capture);
    /* A proxy does not tell which port a wildcard became. */
    zstr_sendx(proxy, "FRONTEND", "ROUTER", "ipc://frontend", NULL);
    zsock_wait(proxy);
    zstr_sendx(proxy, "BACKEND", "DEALER", "ipc://backend", NULL);
    zsock_wait(proxy);
    zstr_sendx(proxy, "CAPTURE", "inproc://capture", NULL);
    zsock_wait(proxy);
    server = zactor_new(serve, "ipc://backend");
    req = zsock_new_req("ipc://frontend");
    EXPECT(server && req);
    for (int number = 0; number < 100; number++) {
        char wanted[32], *answer;
        if (number == 50) {
            zstr_send(proxy, "PAUSE");
            zsock_wait(proxy);
        }
        EXPECT(zstr_sendf(req, "%d", number) == 0);
        if (number == 50) {
            zsock_set_rcvtimeo(req, 50);
            EXPECT(zstr_recv(req) == NULL);
            zsock_set_rcvtimeo(req, -1);
            zstr_send(proxy, "RESUME");
            zsock_wait(proxy);
        }
        answer = zstr_recv(req);
        snprintf(wanted, sizeof wanted, "answer to %d", number);
        EXPECT(answer && streq(answer, wanted));
        zstr_free(&answer);
    }
    /* Questions and answers: routing id, delimiter, text. */
    for (int number = 0; number < 200; number++) {
        zmsg_t *seen = zmsg_recv(capture);
        EXPECT(seen && zmsg_size(seen) == 3);
        zmsg_destroy(&seen);
    }
    zsock_destroy(&req);
    zactor_destroy(&server);
    zactor_destroy(&proxy);
    zsock_destroy(&capture);
    passed();
}

static void a_monitor_tells_what_happens(void)
{
    zsock_t *rep = zsock_new_rep("@tcp://127.0.0.1:*"), *req = zsock_new(ZMQ_REQ);
    zactor_t *monitor = zactor_new(zmonitor, req);
    char *event, *value, *address;

    test_name = __func__;
    EXPECT(rep && req && monitor);
    zstr_sendx(monitor, "LISTEN", "CONNECTED", NULL);
    zstr_send(monitor, "START");
    zsock_wait(monitor);
    EXPECT(zsock_connect(req, "%s", zsock_endpoint(rep)) == 0);
    EXPECT(zstr_recvx(monitor, &event, &value, &address, NULL) == 3);
    EXPECT(streq(event, "CONNECTED") && streq(address, zsock_endpoint(rep)));
    zstr_free(&event);
    zstr_free(&value);
    zstr_free(&address);
    zactor_destroy(&monitor);
    zsock_destroy(&req);
    zsock_destroy(&rep);
    passed();
}

int main(void)
{
    announce("4");
    actors_echo_what_they_are_told();
    a_poller_tells_which_socket_is_ready();
    a_loop_has_timers_and_readers();
    a_proxy_pauses_captures_and_ends();
    a_monitor_tells_what_happens();
    return 0;
}
