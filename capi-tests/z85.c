/* Z85 both ways: the reference vector, lengths, foreign characters, overflow. */
/* behaviours: 28, 280 */
#include "check.h"

static void decode (const char *text)
{
    uint8_t out[64];
    errno = 0;
    uint8_t *got = zmq_z85_decode (out, text);
    int e = errno;
    printf ("decode ");
    print_frame ((const unsigned char *) text, strlen (text));
    if (!got) {
        say (": NULL %s", err_name (e));
        return;
    }
    printf (": ");
    for (size_t i = 0; i < strlen (text) / 5 * 4; i++)
        printf ("%02x", got[i]);
    say ("%s", got == out ? "" : " elsewhere");
}

static void encode (const uint8_t *data, size_t size)
{
    char out[64] = "untouched";
    errno = 0;
    char *got = zmq_z85_encode (out, data, size);
    if (got)
        say ("encode %d bytes: '%s'%s", (int) size, got, got == out ? "" : " elsewhere");
    else
        say ("encode %d bytes: NULL %s", (int) size, err_name (errno));
}

static void run (void)
{
    static const uint8_t reference[] = {0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b};
    static const uint8_t ones[] = {0xff, 0xff, 0xff, 0xff};
    encode (reference, 8);
    encode (reference, 4);
    encode (reference, 0);
    encode (reference, 1);
    encode (reference, 7);
    encode (ones, 4);
    decode ("HelloWorld");
    decode ("%nSc0");
    decode ("%nSc1");
    decode ("#####");
    decode ("00000");
    decode ("");
    decode ("1");
    decode ("1234");
    decode ("123456");
    decode ("Hello\"orld");
    decode ("Hello World");
    decode ("Hell\x7foorld");
    decode ("Hell\x1foorld");
    decode ("Hell\xe9oorld");
    errno = EPIPE;
    char out[16];
    zmq_z85_encode (out, reference, 8);
    say ("errno after success: %s", err_name (errno));
}
