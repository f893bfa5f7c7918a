# shellcheck shell=bash
# Services that survive the loss of a part: majordomo, titanic, freelance,
# binary star; and clouds that help each other out.

pattern_clouds_state() {
    start one peering1 DC1 DC2
    local one=$pid
    start two peering1 DC2 DC1
    local two=$pid
    await one '^DC2 - [0-9] workers free$'
    await two '^DC1 - [0-9] workers free$'
    stop "$one"
    stop "$two"
}

pattern_clouds_tasks() {
    start one peering2 DC1 DC2
    local one=$pid
    start two peering2 DC2 DC1
    local two=$pid
    # Tasks are done at home and, some, by the other.
    await one '^Client: OK from DC1$' 3
    await one '^Client: OK from DC2$'
    await two '^Client: OK from DC2$' 3
    await two '^Worker: task of DC1$'
    stop "$one"
    stop "$two"
}

pattern_clouds() {
    start one peering3 DC1 DC2 DC3
    local one=$pid
    start two peering3 DC2 DC1 DC3
    local two=$pid
    start three peering3 DC3 DC1 DC2
    local three=$pid
    await one '^done [0-9A-F]{4} by DC1$' 5
    await two '^done [0-9A-F]{4} by DC2$' 5
    await three '^done [0-9A-F]{4} by DC3$' 5
    # Bursts are more than one cloud's workers can do.
    until cat one two three | grep -q '^done' && {
        grep -q 'by DC[23]$' one || grep -q 'by DC[13]$' two || grep -q 'by DC[12]$' three
    }; do
        sleep 0.02
    done
    stop "$one"
    stop "$two"
    stop "$three"
    [ "$(cat one two three | grep -c '^E:')" -eq 0 ] || fail "a task was lost"
}

# Two live servers behind a dead one, then only the last.
freelance() {
    local dead="ipc://$PWD/dead" a="ipc://$PWD/a" b="ipc://$PWD/b"
    start server_a "flserver$1" "$a"
    local server_a=$pid
    start server_b "flserver$1" "$b"
    local server_b=$pid
    await server_a '^I: .*service is ready'
    await server_b '^I: .*service is ready'
    run client1 "flclient$1" -n "$2" "$dead" "$a" "$b"
    crash "$server_a"
    run client2 "flclient$1" -n "$2" "$a" "$b"
    stop "$server_b"
}

pattern_freelance1() {
    freelance 1 1
    has client1 1 '^W: no response from .*/dead$'
    has client2 1 '^W: no response from .*/a$'
    has client2 1 '^Service is running OK$'
}

pattern_freelance2() {
    freelance 2 200
    has client1 1 '^200 requests, '
    has client2 1 '^200 requests, '
}

pattern_freelance3() {
    freelance 3 200
    has client1 1 '^200 requests, '
    has client2 1 '^200 requests, '
}

# Nobody there at all.
pattern_freelance_alone() {
    start client1 flclient1 "ipc://$PWD/dead"
    local one=$pid
    start client2 flclient2 "ipc://$PWD/dead"
    local two=$pid
    start client3 flclient3 "ipc://$PWD/dead"
    local three=$pid
    ended "$one" && fail "flclient1 did not notice that nobody is there"
    ended "$two" && fail "flclient2 did not notice that nobody is there"
    ended "$three" && fail "flclient3 did not notice that nobody is there"
    has client1 3 '^W: no response from '
    has client2 1 '^E: name service not available'
    has client3 1 '^E: name service not available'
}

pattern_majordomo() {
    local broker="ipc://$PWD/broker.ipc"
    start broker mdbroker "$broker" 50
    local majordomo=$pid
    run lookup1 mmiecho "$broker"
    has lookup1 1 '^Lookup of echo: 404$'
    start worker1 mdworker "$broker" echo 50 3
    local worker1=$pid
    await broker '^I: worker for echo$'
    run lookup2 mmiecho "$broker"
    has lookup2 1 '^Lookup of echo: 200$'
    # The worker dies with the third request; the client asks again.
    start client mdclient -v 20 "$broker" 1000
    local client=$pid
    finish "$worker1"
    has worker1 1 '^I: simulating a crash$'
    start worker2 mdworker "$broker" echo 50
    local worker2=$pid
    finish "$client"
    has client 1 '^W: no reply, reconnecting$'
    has client 1 '^20 requests processed$'
    run client2 mdclient2 2000 "$broker"
    has client2 1 '^2000 replies received$'
    # An idle worker that dies misses its heartbeats.
    crash "$worker2"
    await broker '^W: a worker of echo is gone$'
    stop "$majordomo"
}

# A worker finds a broker that was restarted.
pattern_majordomo_restart() {
    local broker="ipc://$PWD/broker.ipc"
    start broker1 mdbroker "$broker" 50
    local majordomo=$pid
    start worker mdworker -v "$broker" echo 50
    local worker=$pid
    await broker1 '^I: worker for echo$'
    crash "$majordomo"
    await worker '^W: no word from the broker, connecting again$'
    start broker2 mdbroker "$broker" 50
    majordomo=$pid
    run client mdclient 10 "$broker" 1000
    has client 1 '^10 requests processed$'
    stop "$worker"
    stop "$majordomo"
}

pattern_titanic() {
    local broker="ipc://$PWD/broker.ipc"
    start broker1 mdbroker "$broker" 50
    local majordomo=$pid
    start titanic1 titanic "$broker" store 50
    local titanic=$pid
    await broker1 '^I: worker for titanic\.' 3
    start client ticlient "$broker" 100 200
    local client=$pid
    await client '^I: request number [0-9A-F]{32}$'
    ls store/*.req >/dev/null || fail "the request is not on disk"
    # Everything sinks but the disk; then all comes back, and a worker too.
    crash "$majordomo"
    crash "$titanic"
    start broker2 mdbroker "$broker" 50
    majordomo=$pid
    start titanic2 titanic "$broker" store 50
    titanic=$pid
    start worker mdworker "$broker" echo 50
    local worker=$pid
    finish "$client"
    has client 1 '^Reply: Hello world$'
    has titanic2 1 '^I: [0-9A-F]{32} is done$'
    [ -z "$(ls store)" ] || fail "the request was not closed"
    stop "$worker"
    stop "$titanic"
    stop "$majordomo"
}

# Programs $1 (primary) and $2 (backup).
binary_star() {
    local p="ipc://$PWD/primary" b="ipc://$PWD/backup"
    local sp="ipc://$PWD/state_p" sb="ipc://$PWD/state_b"
    start primary1 "$1" -p "$p" "$sp" "$sb" 100
    local primary=$pid
    start backup1 "$2" -b "$b" "$sb" "$sp" 100
    local backup=$pid
    await primary1 '^I: now active$'
    await backup1 '^I: now passive$'
    start client bstarcli "$p" "$b" 500 400 20
    local client=$pid
    await client '^I: reply [0-9]+ from .*/primary$' 5
    # The primary dies: the client's request makes the backup active.
    crash "$primary"
    await client '^I: reply [0-9]+ from .*/backup$' 5
    await backup1 '^I: now active$'
    # The primary comes back as the passive one, and saves the day in its turn.
    start primary2 "$1" -p "$p" "$sp" "$sb" 100
    primary=$pid
    await primary2 '^I: now passive$'
    local before
    before=$(grep -c 'from .*/primary$' client)
    crash "$backup"
    await client '^I: reply [0-9]+ from .*/primary$' $((before + 5))
    await primary2 '^I: now active$'
    stop "$client"
    stop "$primary"
    has client 0 '^E:'
}

pattern_binary_star() { binary_star bstarsrv bstarsrv; }
pattern_binary_star_reactor() { binary_star bstarsrv2 bstarsrv2; }
