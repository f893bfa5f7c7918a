/* zauth: who may connect, by address, by password and by key. */
#include <czmq.h>

#include "client.h"

/* Whether a message gets from a new PUSH to a new PULL with these. */
typedef struct {
    bool plain;
    zcert_t *server, *client;
    const char *password;
} settings_t;

static bool gets_through(settings_t settings)
{
    zsock_t *pull = zsock_new(ZMQ_PULL), *push = zsock_new(ZMQ_PUSH);
    bool came;
    char *text;

    zsock_set_zap_domain(pull, "global");
    if (settings.plain) {
        zsock_set_plain_server(pull, 1);
        zsock_set_plain_username(push, "admin");
        zsock_set_plain_password(push, settings.password);
    }
    if (settings.server) {
        zcert_apply(settings.server, pull);
        zsock_set_curve_server(pull, 1);
        zcert_apply(settings.client, push);
        zsock_set_curve_serverkey(push, zcert_public_txt(settings.server));
    }
    EXPECT(zsock_bind(pull, "tcp://127.0.0.1:*") > 0);
    EXPECT(zsock_connect(push, "%s", zsock_endpoint(pull)) == 0);
    /* A refusal is told to nobody but a monitor: some time must do. */
    zsock_set_sndtimeo(push, 0);
    EXPECT(zstr_send(push, "hello") == 0);
    zsock_set_rcvtimeo(pull, 300);
    text = zstr_recv(pull);
    came = text && streq(text, "hello");
    zstr_free(&text);
    zsock_set_linger(push, 0);
    zsock_destroy(&push);
    zsock_destroy(&pull);
    return came;
}

int main(void)
{
    zactor_t *auth;
    zcert_t *server = zcert_new(), *client = zcert_new(), *stranger = zcert_new();
    FILE *passwords;

    announce("4");
    test_name = "curve_is_there";
    EXPECT(zsys_has_curve());
    passed();

    test_name = "null_by_address";
    EXPECT(gets_through((settings_t) {0}));
    auth = zactor_new(zauth, NULL);
    EXPECT(auth);
    EXPECT(gets_through((settings_t) {0}));
    zstr_sendx(auth, "DENY", "127.0.0.1", NULL);
    zsock_wait(auth);
    EXPECT(!gets_through((settings_t) {0}));
    passed();
    zactor_destroy(&auth);

    test_name = "plain_by_password";
    auth = zactor_new(zauth, NULL);
    passwords = fopen("passwords", "w");
    EXPECT(passwords && fputs("admin=secret\n", passwords) > 0 && fclose(passwords) == 0);
    EXPECT(!gets_through((settings_t) {.plain = true, .password = "secret"}));
    zstr_sendx(auth, "PLAIN", "passwords", NULL);
    zsock_wait(auth);
    EXPECT(gets_through((settings_t) {.plain = true, .password = "secret"}));
    EXPECT(!gets_through((settings_t) {.plain = true, .password = "wrong"}));
    passed();

    test_name = "curve_by_certificate";
    EXPECT(zsys_dir_create("keys") == 0);
    zcert_set_meta(client, "name", "somebody");
    EXPECT(zcert_save_public(client, "keys/client.txt") == 0);
    EXPECT(!gets_through((settings_t) {.server = server, .client = client}));
    zstr_sendx(auth, "CURVE", CURVE_ALLOW_ANY, NULL);
    zsock_wait(auth);
    EXPECT(gets_through((settings_t) {.server = server, .client = stranger}));
    zstr_sendx(auth, "CURVE", "keys", NULL);
    zsock_wait(auth);
    EXPECT(gets_through((settings_t) {.server = server, .client = client}));
    EXPECT(!gets_through((settings_t) {.server = server, .client = stranger}));
    passed();

    zactor_destroy(&auth);
    zcert_destroy(&server);
    zcert_destroy(&client);
    zcert_destroy(&stranger);
    return 0;
}
