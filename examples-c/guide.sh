#!/usr/bin/env bash
# Compiles a directory of Guide-style C programs, somebody's own copy of the
# Guide's or a variation, and says for each file whether that works.
#
#   ./guide.sh DIR OUT [COMPILER FLAG...]
#
# Programs are the files with a main; each is built alone first, as the Guide's
# include the .c files they need, and if that leaves something undefined once
# more with all files that have no main. Those are compiled by themselves too.
# Where czmq2/ is beside this script, its czmq.h and *.c serve the programs that
# want CZMQ. CC, CFLAGS and LIBS come from the environment. DIR is only read;
# binaries go to OUT. Ends with 1 when a file fails.

set -u
[ $# -ge 2 ] && [ -d "$1" ] || { echo "syntax: $0 DIR OUT [FLAG...]" >&2; exit 2; }
here=$(dirname "$(realpath "$0")")
dir=$(realpath "$1")
mkdir -p "$2" || exit 2
out=$(realpath "$2")
case $out/ in
    "$dir"/*) echo "OUT must not be inside DIR" >&2; exit 2 ;;
esac
shift 2
read -ra compiler <<<"${CC:-cc} ${CFLAGS:--O2 -g}"
read -ra libraries <<<"${LIBS:--lzmq} -lpthread -lm"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Other people's programs: their warnings are not ours to count.
compiler+=(-w -D_GNU_SOURCE "$@" -I"$dir")
czmq=()
if [ -d "$here/czmq2" ]; then
    compiler+=(-I"$here/czmq2")
    for source in "$here"/czmq2/*.c; do
        grep -qE '\bmain *\(' "$source" && continue
        "${compiler[@]}" -c "$source" -o "$work/czmq-$(basename "$source" .c).o" || exit 2
    done
    # An archive, of which a program takes only what it needs.
    ar rcs "$work/czmq.a" "$work"/czmq-*.o || exit 2
    czmq=("$work/czmq.a")
fi
# Some of the Guide's programs make UUIDs, where the system can.
if echo 'int main (void) { return 0; }' | "${compiler[0]}" -x c - -luuid -o "$work/uuid" 2>/dev/null; then
    libraries+=(-luuid)
fi

programs=()
parts=()
for source in "$dir"/*.c; do
    [ -f "$source" ] || continue
    if grep -qE '(^|[^[:alnum:]_])main[[:space:]]*\(' "$source"; then
        programs+=("$source")
    else
        parts+=("$source")
    fi
done

passed=0
failed=0
report() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
        printf 'compiled %s\n' "$1"
    else
        failed=$((failed + 1))
        printf 'FAILED   %s: %s\n' "$1" \
            "$(grep -m 1 -E 'error|undefined reference' "$work/log" || head -n 1 "$work/log")"
    fi
}

objects=()
for source in "${parts[@]}"; do
    object=$work/$(basename "$source" .c).o
    "${compiler[@]}" -c "$source" -o "$object" 2>"$work/log"
    status=$?
    [ "$status" -eq 0 ] && objects+=("$object")
    report "$(basename "$source")" "$status"
done
for source in "${programs[@]}"; do
    name=$(basename "$source" .c)
    command=("${compiler[@]}" "$source" -o "$out/$name")
    "${command[@]}" "${czmq[@]}" "${libraries[@]}" 2>"$work/log"
    status=$?
    if [ "$status" -ne 0 ] && [ "${#objects[@]}" -gt 0 ] && grep -q 'undefined reference' "$work/log"; then
        "${command[@]}" "${objects[@]}" "${czmq[@]}" "${libraries[@]}" 2>"$work/log2"
        status=$?
    fi
    report "$name.c" "$status"
done
echo "$((passed + failed)) files: $passed compiled, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
