# shellcheck shell=bash
# More of requests, brokers and publishers; files, and who else is there.

# Every client of hello world at every server.
hello_variation() {
    start server "$1" "$ANY" 0
    local server=$pid client
    address server
    for client in hwclient hwclient2 hwclient3 hwclient4; do
        run "$client" "$client" "$address" 3
        has "$client" 3 '^Received World'
    done
    stop "$server"
}

pattern_hello_rep() {
    hello_variation hwserver2
    has server 12 '^Received Hello$'
}

pattern_hello_router() {
    hello_variation hwserver3
    has server 12 '^Received Hello$'
}

pattern_hello_frames() {
    hello_variation hwserver4
    has server 12 '^in  frame 3, 5 bytes: Hello$'
    has server 12 '^out frame 3, 5 bytes: World$'
    has server 24 ' frame 2, 0 bytes: $'
    has server 12 '^(in |out) frame 1, 3 bytes: ZMQ$'
    has server 12 '^(in |out) frame 1, 5 bytes: 00[0-9A-F]{8}$'
}

pattern_load_balancer2() {
    run out lbbroker2 20 3 "ipc://$PWD/front" "ipc://$PWD/back"
    has out 20 '^Client: OK$'
    has out 20 '^Worker: HELLO$'
}

pattern_load_balancer3() {
    run out lbbroker3 20 3 "ipc://$PWD/front" "ipc://$PWD/back"
    has out 20 '^Client: OK$'
    has out 20 '^Worker: HELLO$'
}

pattern_round_trips() {
    run out tripping 500 5000 "$ANY" "$ANY"
    has out 2 '^ [1-9][0-9]* calls/second$'
}

pattern_espresso() {
    run out espresso "$ANY" "$ANY" 5 10
    has out 5 '^Subscriber got [AB]-[0-9]{5}$'
    has out 2 '^Passed subscribed [AB]$'
    has out 2 '^Passed unsubscribed [AB]$'
    # What the subscriber got has passed before its eyes.
    [ "$(grep -cE '^Passed [AB]-[0-9]{5}$' out)" -ge 5 ] || fail "the listener missed messages"
    has out 0 '^Passed [C-J]'
}

pattern_pathological() {
    # Everything was published before the subscribers came; the cache has it.
    start pub pathopub "$ANY" 100 600000
    local publisher=$pid
    address pub
    start cache lvcache "$address" "$ANY"
    local cache=$pid
    await pub '^Published 100 topics$'
    await cache '^Caching topic ' 100
    address cache
    run sub1 pathosub "$address" 7 1
    run sub2 pathosub "$address" 99 1
    has sub1 1 '^007: Save Roger$'
    has sub2 1 '^099: Save Roger$'
    stop "$publisher"
    stop "$cache"
}

pattern_pathological_live() {
    start pub pathopub "$ANY" 3 5
    local publisher=$pid
    address pub
    run sub pathosub "$address" 2 4
    # The first may have been the burst or may have come too late for it.
    [ "$(grep -c '^002: Off with his head!$' sub)" -ge 3 ] || fail "not the topic's messages"
    stop "$publisher"
}

# Model $1; a last chunk of every kind: short, full, none at all.
transfer() {
    local size
    for size in 3100000 500000 1 0; do
        run made mktestdata data "$size"
        run out "fileio$1" data copy "$ANY"
        cmp data copy || fail "the copy of $size bytes differs"
        local sum
        sum=$(sed -n 's/^made .*, \([0-9]* bytes, checksum [0-9A-F]*\)$/\1/p' made)
        has out 1 "^received [0-9]+ chunks, $sum\$"
    done
}

pattern_file_transfer1() { transfer 1; }
pattern_file_transfer2() { transfer 2; }
pattern_file_transfer3() { transfer 3; }

pattern_chat() {
    unused_port
    mkfifo alice_says bob_says
    INPUT=alice_says start alice dechat 127.0.0 3 alice "$port" 5
    local alice=$pid
    INPUT=bob_says start bob dechat 127.0.0 4 bob "$port" 5
    local bob=$pid
    exec 3>alice_says 4>bob_says
    await alice '^\* somebody listens$'
    await bob '^\* somebody listens$'
    echo 'hello bob' >&3
    await bob '^alice: hello bob$'
    echo 'hello alice' >&4
    await alice '^bob: hello alice$'
    # The end of the input is not the end of the chat.
    exec 3>&-
    echo 'still there?' >&4
    await alice '^bob: still there\?$'
    stop "$alice"
    await bob '^\* nobody listens$'
    exec 4>&-
    stop "$bob"
}

# Two programs that speak the same beacons see each other and not themselves.
beacons() {
    unused_port
    start one "$1" one 50 127.255.255.255 "$port"
    local one=$pid
    start two "$2" two 50 127.255.255.255 "$port"
    local two=$pid
    await one '^Found two at 127\.[0-9.]+:[0-9]+$' 2
    await two '^Found one at 127\.[0-9.]+:[0-9]+$' 2
    stop "$one"
    stop "$two"
    has one 0 '^Found one '
}

pattern_udp_ping1() { beacons udpping1 udpping1; }
pattern_udp_ping2() { beacons udpping2 udpping1; }

pattern_udp_ping3() {
    unused_port
    start one udpping3 50 127.255.255.255 "$port"
    local one=$pid
    start two udpping3 50 127.255.255.255 "$port"
    local two=$pid
    await one '^I am '
    await two '^I am '
    local first second
    first=$(sed -n 's/^I am //p' one)
    second=$(sed -n 's/^I am //p' two)
    await one "^JOINED $second\$"
    await two "^JOINED $first\$"
    stop "$one"
    await two "^LEFT $first\$"
    stop "$two"
}
