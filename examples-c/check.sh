#!/usr/bin/env bash
# Runs each pattern as its real set of processes and asserts on what they print.
#
#   ./check.sh [pattern...]      all patterns, or the named ones
#
# BIN says where the programs are (default: bin beside this script), LIMIT how
# many seconds a pattern may take before it counts as hung (default 30).
# Every pattern is one function `pattern_NAME` of a file in check.d/, run in a
# process of its own with a directory of its own; it waits for lines of output,
# never for time to pass. Servers bind a free port of 127.0.0.1 and print it, or an ipc path in
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

# start NAME PROGRAM ARG...: in the background, output in the file NAME, pid in $pid;
# reads from the file INPUT, if that is set.
start() {
    local name=$1
    shift
    "$BIN/$1" "${@:2}" <"${INPUT:-/dev/null}" >"$name" 2>&1 &
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

# crash PID: the program is gone before it can do anything about it.
crash() {
    # A copy of this shell is not yet the program.
    until [[ $(readlink "/proc/$1/exe") == "$BIN"/* ]]; do
        sleep 0.02
    done
    kill -KILL "$1"
    # The shell's report of it is no failure.
    ended "$1" 2>/dev/null
    return 0
}

# unused_port: one below those that the system gives out, in $port, for programs
# that all have the same.
unused_port() {
    port=$((20000 + RANDOM % 10000))
    while grep -qi ":$(printf %04X "$port") " /proc/net/tcp /proc/net/udp; do
        port=$((20000 + RANDOM % 10000))
    done
}

for part in "$(dirname "$self")"/check.d/*.sh; do
    # shellcheck source=/dev/null
    . "$part"
done

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
    mapfile -t patterns < <(
        sed -n 's/^pattern_\([a-z0-9_]*\)() {.*/\1/p' "$(dirname "$self")"/check.d/*.sh)
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
