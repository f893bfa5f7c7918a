# shellcheck shell=bash
# Routers, load balancers, caches and pirates.

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
