#!/usr/bin/env bash
# Runs each pattern as its real set of processes and asserts on what they print.
#
#   ./check.sh [pattern...]      all patterns, or the named ones
#
# BIN says where the programs are (default: bin beside this script), LIMIT how
# many seconds a pattern may take before it counts as hung (default 30).
# Every pattern is one function `pattern_NAME`, run in a process of its own
# with a directory of its own; it waits for lines of output, never for time to
# pass. Servers bind a free port of 127.0.0.1 and print it, or an ipc path in
# the directory. Only processes started here are stopped, by pid.

set -u
self=$(realpath "$0")
BIN=$(realpath "${BIN:-$(dirname "$self")/bin}")
LIMIT=${LIMIT:-30}
export BIN LIMIT

ANY='tcp://127.0.0.1:*'
# Programs not yet waited for; a pid that was may belong to somebody else.
declare -A running=()

# --- what the patterns are written in ---

fail() {
    echo "    $*"
    exit 1
}

# start NAME PROGRAM ARG...: in the background, output in the file NAME, pid in $pid.
start() {
    local name=$1
    shift
    "$BIN/$1" "${@:2}" </dev/null >"$name" 2>&1 &
    pid=$!
    running[$pid]=$name
}

# ended PID: waits for it; the status is the program's.
ended() {
    local status=0
    wait "$1" || status=$?
    unset "running[$1]"
    return "$status"
}

# alive NAME: the program of that name has not ended.
alive() {
    local at
    for at in "${!running[@]}"; do
        [ "${running[$at]}" = "$1" ] && kill -0 "$at" 2>/dev/null && return
    done
    return 1
}

# await NAME REGEX [COUNT]: until the program printed COUNT (1) lines that match.
await() {
    local last=
    until [ "$(grep -cE -- "$2" "$1" 2>/dev/null || true)" -ge "${3:-1}" ]; do
        [ -z "$last" ] || fail "$1 ended without printing: $2"
        # One more look at what it printed before it ended.
        alive "$1" || last=yes
        sleep 0.02
    done
}

# address FILE [N]: what the program bound its Nth (first) wildcard to, in $address.
address() {
    await "$1" '^listening on ' "${2:-1}"
    address=$(sed -n 's/^listening on //p' "$1" | sed -n "${2:-1}p")
}

# finish PID: the program ends by itself, successfully.
finish() {
    local name=${running[$1]}
    ended "$1" || fail "$name ended with status $?"
}

# takes_signals PID: it blocks or handles SIGTERM (bit 14), so that one does not
# just kill it. Before it has become the program it is a copy of this shell.
takes_signals() {
    [[ $(readlink "/proc/$1/exe") == "$BIN"/* ]] \
        && grep -qE '^Sig(Blk|Cgt):.*[4567cdef]...$' "/proc/$1/status" 2>/dev/null
}

# stop PID [SIGNAL]: a program that runs for ever ends cleanly on a signal.
stop() {
    local name=${running[$1]}
    # A program that has printed nothing yet may still be about to start.
    until takes_signals "$1" || ! alive "$name"; do
        sleep 0.02
    done
    kill -"${2:-TERM}" "$1" || fail "$name was gone before it was stopped"
    ended "$1" || fail "$name ended with status $? on ${2:-TERM}"
}

# run NAME PROGRAM ARG...: start and finish.
run() {
    start "$@"
    finish "$pid"
}

# has FILE COUNT REGEX: exactly COUNT lines match.
has() {
    local found
    found=$(grep -cE -- "$3" "$1")
    [ "$found" -eq "$2" ] || fail "$1: $found lines instead of $2 match: $3"
}

# --- the patterns ---

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

# Sum of the tasks that the fired workers report.
all_fired() {
    has "$1" "$2" '^Completed: [0-9]+ tasks$'
    [ "$(awk '/^Completed:/ { n += $2 } END { print n }' "$1")" -ge 1 ] || fail "no work was done"
}

pattern_router_to_req() {
    run out rtreq "$ANY" 4 300
    all_fired out 4
}

pattern_router_to_dealer() {
    run out rtdealer "$ANY" 4 300
    all_fired out 4
}

pattern_load_balancer() {
    run out lbbroker 20 3 "ipc://$PWD/front" "ipc://$PWD/back"
    has out 20 '^Client: OK$'
    has out 20 '^Worker: HELLO$'
}

pattern_async_server() {
    start out asyncsrv "$ANY" 3 4 600000 10
    local server=$pid
    await out ': request #[0-9]+$' 20
    until [ "$(sed -n 's/^\([0-9A-F-]*\): request #[0-9]*$/\1/p' out | sort -u | wc -l)" -eq 3 ]; do
        sleep 0.02
    done
    stop "$server"
    # And the way it ends by itself.
    run out2 asyncsrv "$ANY" 2 2 200 10
}

pattern_last_value_cache() {
    start pub psenvpub "$ANY" 0 5
    local publisher=$pid
    address pub
    start cache lvcache "$address" "$ANY"
    local cache=$pid
    await cache '^Caching topic A$'
    await cache '^Caching topic B$'
    stop "$publisher"
    # Nobody publishes any more: what a subscriber gets is from the cache.
    address cache
    run sub1 psenvsub "$address" 1
    run sub2 psenvsub "$address" 1
    has sub1 1 '^\[B\] for subscribers of B$'
    has sub2 1 '^\[B\] for subscribers of B$'
    stop "$cache"
    has cache 2 '^Sending cached topic B$'
    has cache 0 '^Sending cached topic A$'
}

pattern_suicidal_snail() {
    run out suisnail "$ANY" 200
    has out 1 '^E: subscriber cannot keep up, [0-9]+ ms behind, ends itself$'
    has out 1 '^subscriber gone, [0-9]+ ms behind$'
}

pattern_lazy_pirate() {
    # Nobody there: the client gives up and says so.
    start alone lpclient "ipc://$PWD/nobody" 3 50 1
    ended "$pid" && fail "the client did not notice that nobody is there"
    has alone 2 '^W: no response from server, retrying$'
    has alone 1 '^E: server seems to be offline, abandoning$'
    # A server that crashes in its third cycle, and its successor.
    start server1 lpserver "ipc://$PWD/server" 1 3 -1
    local server=$pid
    start client lpclient "ipc://$PWD/server" 1000 300 5
    local client=$pid
    finish "$server"
    has server1 1 '^I: simulating a crash$'
    await client '^W: no response from server, retrying$'
    start server2 lpserver "ipc://$PWD/server" 1 -1 2
    server=$pid
    finish "$client"
    stop "$server"
    for n in 1 2 3 4 5; do
        has client 1 "^I: server replied OK \\($n\\)\$"
    done
    has server2 1 '^I: simulating CPU overload$'
}

pattern_simple_pirate() {
    start queue spqueue "$ANY" "$ANY"
    local queue=$pid
    address queue 2
    local back=$address
    address queue 1
    start worker1 spworker "$back" 1 2 -1
    local worker1=$pid
    # Alone, the first worker answers once and crashes; the second saves it.
    start client lpclient "$address" 1000 300 8
    local client=$pid
    finish "$worker1"
    start worker2 spworker "$back" 1 -1 -1
    local worker2=$pid
    finish "$client"
    stop "$worker2"
    stop "$queue"
    has worker1 1 '^I: simulating a crash$'
    has client 8 '^I: server replied OK \([1-8]\)$'
    await worker2 '^I: normal reply$' 7
}

pattern_paranoid_pirate() {
    local front="ipc://$PWD/front" back="ipc://$PWD/back"
    start queue1 ppqueue "$front" "$back" 50
    local queue=$pid
    start worker1 ppworker "$back" 50 1 3 -1
    local worker1=$pid
    start client lpclient "$front" 1000 300 12
    local client=$pid
    # The worker crashes, another takes over.
    finish "$worker1"
    has worker1 1 '^I: simulating a crash$'
    start worker2 ppworker "$back" 50 1 -1 -1
    local worker2=$pid
    finish "$client"
    has client 12 '^I: server replied OK'
    # The queue goes; the worker misses its heartbeats and finds the next queue.
    stop "$queue"
    await worker2 '^W: heartbeat failure, reconnecting in [0-9]+ ms$'
    start queue2 ppqueue "$front" "$back" 50
    queue=$pid
    run client2 lpclient "$front" 1000 300 5
    has client2 5 '^I: server replied OK'
    stop "$worker2"
    stop "$queue"
}

pattern_eagain() {
    run out eagain
    has out 1 '^DEALER without a peer: EAGAIN after 0 messages$'
    has out 1 '^PUSH without a peer: EAGAIN after 0 messages$'
    has out 1 '^PUSH to a PULL that does not read: EAGAIN after 4 messages$'
    has out 1 '^PULL: EAGAIN after 4 messages$'
    has out 1 '^PUSH when all is read: EAGAIN after [1-4] messages$'
}

# --- running them ---

# Children of a pattern that failed or hung.
stop_children() {
    [ "${#running[@]}" -eq 0 ] && return
    kill -KILL "${!running[@]}" 2>/dev/null
    wait "${!running[@]}" 2>/dev/null
}

if [ "${1:-}" = --one ]; then
    cd "$3" || exit 1
    trap stop_children EXIT
    trap 'echo "    not done after $LIMIT s"; exit 1' TERM
    "pattern_$2"
    exit
fi

top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
current=
trap '[ -n "$current" ] && kill "$current"; exit 1' INT TERM

patterns=("$@")
if [ "${#patterns[@]}" -eq 0 ]; then
    mapfile -t patterns < <(sed -n 's/^pattern_\([a-z_]*\)() {.*/\1/p' "$self")
fi
for name in "${patterns[@]}"; do
    declare -F "pattern_$name" >/dev/null || { echo "no pattern $name" >&2; exit 2; }
done
passed=0
failed=0
for name in "${patterns[@]}"; do
    mkdir -p "$top/$name"
    timeout -k 5 "$LIMIT" "$self" --one "$name" "$top/$name" >"$top/report" 2>&1 &
    current=$!
    if wait "$current"; then
        echo "ok $name"
        passed=$((passed + 1))
    else
        echo "FAIL $name"
        cat "$top/report"
        for file in "$top/$name"/*; do
            [ -f "$file" ] && sed "s/^/    ${file##*/}: /" "$file" | tail -n 20
        done
        failed=$((failed + 1))
    fi
    current=
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
