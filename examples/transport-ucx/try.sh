#!/usr/bin/env bash
# Builds the transport against the artifacts of this checkout, runs its tests, drops it into a plugin
# folder, and copies a file through it between two processes. Arguments go to Maven.
set -euo pipefail

# Plugins that a group may write to are refused.
umask 022

example=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$example/../..
byte_count=${BYTE_COUNT:-256M}

# What an author gets from a repository. The rest of the build needs none of it.
mvn -B -q -Dmaven.test.skip=true -f "$root/pom.xml" -pl api,transport-tck -am install "$@"
mvn -B -f "$example/pom.xml" package "$@"

work=$(mktemp -d)
receiver=''
cleanup() {
  if [[ $receiver ]]; then kill "$receiver" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT

mkdir "$work/plugins"
cp -R "$example/target/plugin" "$work/plugins/ucx"
# What an earlier build with another umask has left.
chmod -R go-w "$work/plugins"

sluice=("$root/sluice" --plugins "$work/plugins")

head -c "$byte_count" /dev/urandom >"$work/sent"
"${sluice[@]}" copy ucx:127.0.0.1:0 "file:$work/received" 2>"$work/log" &
receiver=$!
address=''
until [[ $address ]]; do
  kill -0 "$receiver" 2>/dev/null || { cat "$work/log" >&2 && exit 1; }
  address=$(sed -n 's/^listening on \(ucx:.*\)$/\1/p' "$work/log")
  sleep 0.1
done
"${sluice[@]}" copy "file:$work/sent" "$address"
wait "$receiver"
receiver=''

cmp "$work/sent" "$work/received"
echo "$byte_count arrived as they were sent, over ${UCX_TLS:-what UCX chose}."
