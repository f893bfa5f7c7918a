# shellcheck shell=bash
# Clone: a map of keys and values that many programs share.

pattern_clone_items() {
    run out1 tstkvsimple "ipc://$PWD/one"
    run out2 tstkvmsg "ipc://$PWD/two"
    has out1 1 '^OK$'
    has out2 1 '^OK$'
}

pattern_clone1() {
    start server clonesrv1 "$ANY" 10 1
    local server=$pid
    address server
    run client1 clonecli1 "$address" 50
    has client1 1 '^50 messages in, ([1-9]|10) keys$'
    start client2 clonecli1 "$address"
    local client2=$pid
    run client3 clonecli1 "$address" 20
    stop "$client2"
    stop "$server"
    has client2 1 '^[0-9]+ messages in, [0-9]+ keys$'
}

pattern_clone2() {
    local base="ipc://$PWD/server"
    start server clonesrv2 "$base" 10
    local server=$pid
    await server '^I: update 10, '
    # A late joiner has what was before it and what comes after.
    start client clonecli2 "$base"
    local client=$pid
    await client '^I: snapshot [1-9][0-9]+, [1-9][0-9]* keys$'
    await client '^I: update [0-9]+, [0-9]+=[0-9]+, [0-9]+ keys$' 5
    stop "$client"
    stop "$server"
}

# Server and client of model $1; the key of an update is $2. The callers' server,
# client1 and client2 become the pids.
clone_of_clients() {
    local base="ipc://$PWD/server"
    start server "clonesrv$1" "$base" 100
    server=$pid
    start client1 "clonecli$1" "$base" 20
    client1=$pid
    await client1 "^I: update [0-9]+, $2[0-9]+=[0-9]+, [0-9]+ keys\$" 5
    start client2 "clonecli$1" "$base" 20
    client2=$pid
    await client2 '^I: snapshot [1-9][0-9]*, [1-9][0-9]* keys$'
    await client2 "^I: update [0-9]+, $2[0-9]+=[0-9]+, [0-9]+ keys\$" 5
    # Both see the same updates under the same numbers.
    local last
    last=$(grep '^I: update ' client2 | tail -n 1 | sed 's/, [0-9]* keys$//')
    await client1 "^$last, "
}

pattern_clone3() {
    local server client1 client2
    clone_of_clients 3 ''
    stop "$client1"
    stop "$client2"
    stop "$server"
}

pattern_clone4() {
    local server client1 client2
    clone_of_clients 4 /client/
    # Who looks at another part of the tree sees nothing of this one.
    start client3 clonecli4 "ipc://$PWD/server" 20 /other/
    local client3=$pid
    await client3 '^I: snapshot [1-9][0-9]*, 0 keys$'
    await client3 '^I: update [0-9]+, /other/[0-9]+=[0-9]+, [0-9]+ keys$' 3
    stop "$client1"
    stop "$client2"
    stop "$client3"
    stop "$server"
    has client3 0 /client/
    has client1 0 /other/
}

pattern_clone5() {
    local server client1 client2
    clone_of_clients 5 /client/
    stop "$client2"
    # Keys that live for one second.
    start client3 clonecli5 "ipc://$PWD/server" 50 /brief/ 1
    local client3=$pid
    await server '^I: /brief/[0-9]+ has expired$'
    await client3 '^I: update [0-9]+, /brief/[0-9]+ removed, [0-9]+ keys$'
    stop "$client1"
    stop "$client3"
    stop "$server"
}

pattern_clone6() {
    local p="ipc://$PWD/primary" b="ipc://$PWD/backup"
    local sp="ipc://$PWD/state_p" sb="ipc://$PWD/state_b"
    start primary1 clonesrv6 -p "$p" "$b" "$sp" "$sb" 100
    local primary=$pid
    start backup clonesrv6 -b "$b" "$p" "$sb" "$sp" 100
    local backup=$pid
    await primary1 '^I: now active$'
    await backup '^I: now passive$'
    await backup '^I: snapshot '
    start client1 clonecli6 "$p" "$b" 50 500
    local client1=$pid
    start client2 clonecli6 "$p" "$b" 50 500
    local client2=$pid
    await client1 ' got it back$' 3
    await client2 ' got it back$' 3
    await backup '^I: copied update ' 3
    # The primary dies; the backup has everything and goes on.
    crash "$primary"
    await backup '^I: now active$'
    await client1 '^I: following .*/backup$'
    await client2 '^I: following .*/backup$'
    local before
    before=$(grep -c ' got it back$' client1)
    await client1 ' got it back$' $((before + 3))
    # The primary comes back and copies from the backup.
    start primary2 clonesrv6 -p "$p" "$b" "$sp" "$sb" 100
    primary=$pid
    await primary2 '^I: now passive$'
    await primary2 '^I: snapshot [1-9][0-9]*, [1-9][0-9]* keys$'
    await primary2 '^I: copied update ' 3
    stop "$client1"
    stop "$client2"
    stop "$primary"
    stop "$backup"
}
