/*  Strings as frames.  */

#include "internal.h"

static char *take_string (zframe_t *frame)
{
    if (frame == NULL)
        return NULL;
    char *string = zframe_strdup (frame);
    zframe_destroy (&frame);
    return string;
}

char *zstr_recv (void *socket)
{
    return take_string (zframe_recv (socket));
}

char *zstr_recv_nowait (void *socket)
{
    return take_string (zframe_recv_nowait (socket));
}

int zstr_send (void *socket, const char *string)
{
    return zsocket_sendmem (socket, string, strlen (string), 0);
}

int zstr_sendm (void *socket, const char *string)
{
    return zsocket_sendmem (socket, string, strlen (string), ZFRAME_MORE);
}

static int send_formatted (void *socket, int flags, const char *format, va_list arguments)
{
    char *string = czmq2_vformat (format, arguments);
    int rc = zsocket_sendmem (socket, string, strlen (string), flags);
    int error = errno;
    free (string);
    errno = error;
    return rc;
}

int zstr_sendf (void *socket, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    int rc = send_formatted (socket, 0, format, arguments);
    va_end (arguments);
    return rc;
}

int zstr_sendfm (void *socket, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    int rc = send_formatted (socket, ZFRAME_MORE, format, arguments);
    va_end (arguments);
    return rc;
}

int zstr_sendx (void *socket, const char *string, ...)
{
    zmsg_t *msg = zmsg_new ();
    va_list strings;
    va_start (strings, string);
    for (; string != NULL; string = va_arg (strings, const char *))
        zmsg_addstr (msg, string);
    va_end (strings);
    return zmsg_send (&msg, socket);
}

int zstr_recvx (void *socket, char **string_p, ...)
{
    zmsg_t *msg = zmsg_recv (socket);
    if (msg == NULL)
        return -1;
    int filled = 0;
    va_list variables;
    va_start (variables, string_p);
    for (; string_p != NULL; string_p = va_arg (variables, char **)) {
        *string_p = zmsg_popstr (msg);
        filled += *string_p != NULL;
    }
    va_end (variables);
    zmsg_destroy (&msg);
    return filled;
}

void zstr_free (char **string_p)
{
    free (*string_p);
    *string_p = NULL;
}
