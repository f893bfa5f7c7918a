/*  The Majordomo Protocol, MDP/0.1 (RFC 7): its names, and a client's frames
    around a request and a reply; the frames of workers are where they are sent
    and read. Also what its programs have in common on the command line.  */

#ifndef MDP_H
#define MDP_H

#include "zparts.h"

/*  First frame of every message (after an empty one): who speaks.  */
#define MDP_CLIENT "MDPC01"
#define MDP_WORKER "MDPW01"

/*  Second frame between worker and broker, one byte.  */
#define MDP_READY "\001"
#define MDP_REQUEST "\002"
#define MDP_REPLY "\003"
#define MDP_HEARTBEAT "\004"
#define MDP_DISCONNECT "\005"

/*  Heartbeats that may be missing before the other side counts as gone.  */
#define MDP_LIVENESS 3
#define MDP_INTERVAL 2500

#define MDP_BROKER "tcp://localhost:5555"

/*  Puts [MDPC01][service] before a request.  */
static inline void mdp_address (zh_message *message, const char *service)
{
    zp_insert (message, 0, service);
    zp_insert (message, 0, MDP_CLIENT);
}

/*  Receives a reply and takes the frames before it off: `empty` ones, MDPC01
    and the service. 0 and an empty message if it was none, -1 on a stop.  */
static inline int mdp_recv_reply (zh_message *message, void *socket, int empty, const char *service)
{
    if (zh_message_recv (message, socket) == -1)
        return -1;
    if (message->count < empty + 3 || !zh_frame_is (message, empty, MDP_CLIENT)
        || (service != NULL && !zh_frame_is (message, empty + 1, service))) {
        puts ("E: invalid reply from broker");
        zh_message_close (message);
        return 0;
    }
    zp_drop (message, 0, empty + 2);
    return 1;
}

/*  Takes a first argument "-v" away and says whether it was there.  */
static inline int mdp_verbose (int *argc, char ***argv)
{
    if (*argc < 2 || strcmp ((*argv)[1], "-v") != 0)
        return 0;
    (*argv)[1] = (*argv)[0];
    ++*argv;
    --*argc;
    return 1;
}

static inline const char *mdp_command (zh_message *message, int at)
{
    static const char *name[] = {"?", "READY", "REQUEST", "REPLY", "HEARTBEAT", "DISCONNECT"};
    if (at >= message->count || zmq_msg_size (&message->frame[at]) != 1)
        return "?";
    int command = *(unsigned char *) zmq_msg_data (&message->frame[at]);
    return name[command < 6 ? command : 0];
}

#endif
