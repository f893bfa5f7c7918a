# shellcheck shell=bash
# Hello world to threads and envelopes: the first two chapters of the Guide.

pattern_version() {
    run out version
    has out 1 '^libzmq 4\.[0-9]+\.[0-9]+ \(header 4\.[0-9]+\.[0-9]+\)$'
}

pattern_hello_world() {
    start server hwserver "$ANY" 0 0
    local server=$pid
    address server
    run client1 hwclient "$address" 10
    run client2 hwclient "$address" 5
    has client1 10 '^Received World [0-9]$'
    has client2 5 '^Received World [0-4]$'
    stop "$server"
    has server 15 '^Received Hello$'
    # Bounded, over ipc, client first.
    start client3 hwclient "ipc://$PWD/hello" 3
    local client=$pid
    run server2 hwserver "ipc://$PWD/hello" 3 0
    finish "$client"
    has client3 3 '^Received World'
}

pattern_weather() {
    start server wuserver "$ANY" 0 20 1
    local server=$pid
    address server
    start client1 wuclient 00007 "$address" 10
    local client1=$pid
    start client2 wuclient 00011 "$address" 10
    finish "$client1"
    finish "$pid"
    stop "$server"
    has client1 1 '^Average temperature for zip code 00007 over 10 updates: -?[0-9]+F$'
    has client2 1 '^Average temperature for zip code 00011 over 10 updates: -?[0-9]+F$'
    has client1 0 'not an update'
}

pattern_weather_proxy() {
    start server wuserver "$ANY" 0 10 1
    local server=$pid
    address server
    start proxy wuproxy "$address" "$ANY"
    local proxy=$pid
    address proxy
    start client1 wuclient 00003 "$address" 10
    local client1=$pid
    start client2 wuclient 00004 "$address" 10
    finish "$client1"
    finish "$pid"
    stop "$proxy"
    stop "$server"
    has client1 1 'zip code 00003 over 10 updates'
    has client2 1 'zip code 00004 over 10 updates'
}

# Tasks that the files show as done: taskwork prints "ms." for each.
tasks_done() {
    cat "$@" | tr -cd . | wc -c
}

pattern_pipeline() {
    start sink tasksink "$ANY" 60
    local sink=$pid
    address sink
    local to=$address
    start vent taskvent "$ANY" "$to" 60 4
    local vent=$pid
    address vent
    start work1 taskwork "$address" "$to"
    local work1=$pid
    start work2 taskwork "$address" "$to"
    local work2=$pid
    finish "$sink"
    finish "$vent"
    stop "$work1"
    stop "$work2" INT
    has sink 1 '^Collected 60 results, elapsed [0-9]+ ms$'
    has vent 1 '^Sent 60 tasks, expected cost [0-9]+ ms$'
    [ "$(tasks_done work1 work2)" -eq 60 ] || fail "the workers did not do 60 tasks"
}

pattern_pipeline_kill() {
    start sink tasksink2 "$ANY" "$ANY" 60 3
    local sink=$pid
    address sink 2
    local control=$address
    address sink 1
    local to=$address
    start vent taskvent "$ANY" "$to" 60 4
    local vent=$pid
    address vent
    local workers=()
    for n in 1 2 3; do
        start "work$n" taskwork2 "$address" "$to" "$control"
        workers+=("$pid")
    done
    finish "$sink"
    finish "$vent"
    for pid in "${workers[@]}"; do
        finish "$pid"
    done
    has sink 1 '^Collected 60 results'
    for n in 1 2 3; do
        has "work$n" 1 '^Got KILL, leaving$'
    done
    [ "$(tasks_done work1 work2 work3)" -eq 60 ] || fail "the workers did not do 60 tasks"
}

# Both readers of two sockets get everything that comes in.
two_sockets() {
    start weather wuserver "$ANY" 0 5 1
    local weather=$pid
    address weather
    local updates=$address
    start sink tasksink "$ANY" 0
    address sink
    local sink=$pid
    start vent taskvent "$ANY" "$address" 30
    local vent=$pid
    address vent
    start reader "$1" "$address" "$updates" 00002
    local reader=$pid
    await reader '^task: [0-9]+$' 30
    await reader '^update: 00002 -?[0-9]+ [0-9]+$' 5
    finish "$vent"
    finish "$sink"
    stop "$reader"
    stop "$weather"
    has reader 30 '^task: '
    has reader 0 '^update: 0000[^2]'
}

pattern_read_naive() { two_sockets msreader; }
pattern_read_polled() { two_sockets mspoller; }

# Clients and workers of either request-reply broker.
request_broker() {
    start broker "$1" "$ANY" "$ANY"
    local broker=$pid
    address broker 2
    local back=$address
    address broker 1
    start worker1 rrworker "$back" 0
    local worker1=$pid
    start worker2 rrworker "$back" 0
    local worker2=$pid
    start client1 rrclient "$address" 10
    local client1=$pid
    run client2 rrclient "$address" 10
    finish "$client1"
    stop "$broker"
    stop "$worker1"
    stop "$worker2"
    has client1 10 '^Received reply [0-9] \[World\]$'
    has client2 10 '^Received reply [0-9] \[World\]$'
    [ "$(cat worker1 worker2 | grep -c '^Received request \[Hello\]$')" -eq 20 ] \
        || fail "the workers did not see 20 requests"
}

pattern_broker() { request_broker rrbroker; }
pattern_queue_device() { request_broker msgqueue; }

pattern_interrupt() {
    for signal in INT TERM; do
        start "server$signal" interrupt "$ANY"
        local server=$pid
        address "server$signal"
        await "server$signal" '^Waiting for requests'
        run client hwclient "$address" 2
        stop "$server" "$signal"
        has "server$signal" 2 '^Received a request$'
        has "server$signal" 1 '^Interrupt received, ending$'
    done
}

pattern_threads_server() {
    start server mtserver "$ANY" 3 2
    local server=$pid
    address server
    local clients=()
    for n in 1 2 3 4; do
        start "client$n" hwclient "$address" 5
        clients+=("$pid")
    done
    for pid in "${clients[@]}"; do
        finish "$pid"
    done
    stop "$server"
    has server 20 '^Received request: \[Hello\]$'
    for n in 1 2 3 4; do
        has "client$n" 5 '^Received World'
    done
}

pattern_threads_relay() {
    run out mtrelay
    printf '%s\n' 'Step 1 ready, signals step 2' 'Step 2 ready, signals step 3' \
        'Step 3 ready, the relay works' | diff out - || fail "other steps than expected"
}

pattern_synchronised_pubsub() {
    start pub syncpub "$ANY" "$ANY" 3 20000
    local publisher=$pid
    address pub 2
    local sync=$address
    address pub 1
    local subscribers=()
    for n in 1 2 3; do
        start "sub$n" syncsub "$address" "$sync"
        subscribers+=("$pid")
    done
    finish "$publisher"
    for pid in "${subscribers[@]}"; do
        finish "$pid"
    done
    for n in 1 2 3; do
        has "sub$n" 1 '^Received 20000 updates$'
    done
}

pattern_envelopes() {
    start pub psenvpub "$ANY" 0 5
    local publisher=$pid
    address pub
    run sub psenvsub "$address" 4
    start sub_endless psenvsub "$address"
    local subscriber=$pid
    await sub_endless '^\[B\] for subscribers of B$' 3
    stop "$subscriber"
    stop "$publisher"
    has sub 4 '^\[B\] for subscribers of B$'
    has sub_endless 0 '^\[A\]'
}

pattern_identity() {
    run out identity
    has out 6 '^\['
    has out 1 '^\[005\] 00[0-9A-F]{8}$'
    has out 1 '^\[005\] PEER2$'
    has out 2 '^\[000\] $'
    has out 1 '^\[031\] The ROUTER made up a routing id$'
    has out 1 '^\[042\] The ROUTER uses the routing id of the peer$'
}
