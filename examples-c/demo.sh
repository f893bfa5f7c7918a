#!/usr/bin/env bash
# Three patterns before the user's eyes; ends by itself within 25 seconds.

set -u
BIN=$(realpath "${BIN:-$(dirname "$0")/bin}")
top=$(mktemp -d)
server=
tidy() {
    [ -n "$server" ] && kill "$server" 2>/dev/null
    rm -rf "$top"
}
trap tidy EXIT
trap 'exit 1' INT TERM
cd "$top" || exit 1

heading() {
    printf '\n=== %s\n\n' "$*"
}

# Runs a program, each line of its output marked with a name.
show() {
    timeout 15 "$BIN/$2" "${@:3}" 2>&1 | sed -u "s/^/$1 | /"
}

# Starts a server on a free port and waits until it says which, in $address.
serve() {
    "$BIN/$1" 'tcp://127.0.0.1:*' "${@:2}" >log 2>&1 &
    server=$!
    until grep -q '^listening on ' log; do
        kill -0 "$server" 2>/dev/null || { cat log; exit 1; }
        sleep 0.05
    done
    address=$(sed -n 's/^listening on //p' log)
    echo "$1 | listening on $address"
}

end_server() {
    kill "$server"
    wait "$server"
    server=
}

"$BIN/version"

heading 'Hello world: a REQ client asks, a REP server works 200 ms for each answer'
serve hwserver 10 200
show hwclient hwclient "$address" 10
wait "$server"
server=
sed '/^listening/d; s/^/hwserver | /' log

heading 'Weather: a PUB sends 10 zip codes, each SUB takes its own'
serve wuserver 0 10 1
for zip in 00001 00004 00007; do
    show wuclient wuclient "$zip" "$address" 100
done
end_server

heading 'Suicidal snail: a subscriber too slow for its publisher ends itself'
show suisnail suisnail 'tcp://127.0.0.1:*' 1000

heading 'The end'
