#!/bin/bash
# Checks a consent receipt offline, with nothing of ours: bash, jq, openssl, xxd and coreutils.
#
#   verify.sh receipt.json verifier-key.txt
#
# The verifier key is the line that the site prints in its privacy statement:
# <host>/<site>+<hash>+<key>. Exit status 0 and a sentence that says what is
# proven, or 1 and what is wrong.
#
# What it does: recompute what the log committed to, climb the Merkle proof to
# the root, and check the signature of the checkpoint that names this root.
set -euo pipefail

exec 3>&1 # fail also speaks where the output goes elsewhere
fail() { echo "NOT PROVEN: $1" >&3; exit 1; }

[ $# = 2 ] || fail "give a receipt and a file with the verifier key"
receipt=$1 vkey=$(tr -d ' \r\n' <"$2")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

sha256() { openssl dgst -sha256 -binary; }
hex() { xxd -p -c 256; }
bytes() { xxd -r -p; }
# unbase64 TEXT BYTES: hexadecimal, and only for the one right spelling of so many bytes.
unbase64() {
	local h
	h=$(base64 -d <<<"$1" 2>/dev/null | hex) || return 1
	[ ${#h} = $((2 * $2)) ] && [ "$(bytes <<<"$h" | base64 -w0)" = "$1" ] && echo "$h"
}

# The receipt itself
jq -e 'type == "object" and .v == 1 and (keys - ["v", "facts", "who", "whoHash", "proof"] == []) and (.facts | type == "object")
	and (.proof | type == "string") and ((has("who") and has("whoHash")) | not)' "$receipt" >/dev/null 2>&1 ||
	fail "this is not a receipt, or of a version unknown to this script"

# What the log committed to: SHA-256(facts) and SHA-256(who), both in canonical
# form (keys sorted, no white space), which is what jq -cS writes.
{
	jq -jcS .facts "$receipt" | sha256
	if jq -e 'has("who")' "$receipt" >/dev/null; then
		jq -jcS .who "$receipt" | sha256
	elif jq -e 'has("whoHash")' "$receipt" >/dev/null; then
		hash=$(jq -r .whoHash "$receipt" | tr -- '-_' '+/')
		h=$(unbase64 "$hash=" 32) || fail "whoHash is not a hash"
		bytes <<<"$h"
	else
		head -c 32 /dev/zero
	fi
} >"$tmp/entry"
node=$({ printf '\0'; cat "$tmp/entry"; } | sha256 | hex)

# The proof (c2sp.org/tlog-proof): header, index, hashes, an empty line, the checkpoint
jq -j .proof "$receipt" >"$tmp/proof"
[ "$(tail -c 1 "$tmp/proof" | hex)" = 0a ] || fail "the proof is cut off"
mapfile -t line <"$tmp/proof"
[ "${line[0]-}" = "c2sp.org/tlog-proof@v1" ] || fail "the proof is of an unknown kind"
[[ ${line[1]-} =~ ^index\ (0|[1-9][0-9]{0,15})$ ]] || fail "the proof names no index"
index=${BASH_REMATCH[1]}
n=2 path=()
while [ -n "${line[n]-}" ]; do
	h=$(unbase64 "${line[n]}" 32) || fail "a hash of the proof is damaged"
	path+=("$h")
	n=$((n + 1))
done

# The checkpoint (c2sp.org/tlog-checkpoint): origin, size, root, an empty line, signatures
origin=${line[n + 1]-} size=${line[n + 2]-} root=${line[n + 3]-}
[[ $size =~ ^[1-9][0-9]{0,15}$ ]] && [ "${line[n + 4]-x}" = "" ] || fail "the checkpoint is damaged"
rootHex=$(unbase64 "$root" 32) || fail "the checkpoint is damaged"
printf '%s\n%s\n%s\n' "$origin" "$size" "$root" >"$tmp/text"

name=${vkey%%+*} rest=${vkey#*+}
keyHash=${rest%%+*} key=$(unbase64 "${rest#*+}" 33) || fail "the verifier key is damaged"
[ "${key:0:2}" = 01 ] || fail "the verifier key is of an unknown kind"
[ "$({ printf '%s\n' "$name"; bytes <<<"$key"; } | sha256 | head -c 4 | hex)" = "$keyHash" ] || fail "the verifier key is damaged"
[[ $origin == "$name"/* ]] && [[ ${origin#"$name"/} =~ ^[1-9][0-9]*$ ]] || fail "the checkpoint belongs to $origin, not to $name"

# Climb from the leaf to the root (RFC 9162, section 2.1.3.2)
[ "$index" -lt "$size" ] || fail "the index lies outside the log"
at=$index last=$((size - 1))
for h in ${path[@]+"${path[@]}"}; do
	[ $last -gt 0 ] || fail "the record is not in the log: its content or its proof was changed"
	if ((at & 1 || at == last)); then
		node=$(bytes <<<"01$h$node" | sha256 | hex)
		while ((!(at & 1) && at)); do at=$((at >> 1)) last=$((last >> 1)); done
	else
		node=$(bytes <<<"01$node$h" | sha256 | hex)
	fi
	at=$((at >> 1)) last=$((last >> 1))
done
[ $last = 0 ] && [ "$node" = "$rootHex" ] || fail "the record is not in the log: its content or its proof was changed"

# The signature (Ed25519) over the checkpoint's text, by this very key
{ bytes <<<"302a300506032b6570032100"; bytes <<<"${key:2}"; } >"$tmp/key"
signed=
for ((i = n + 5; i < ${#line[@]}; i++)); do
	[[ ${line[i]} == "— $name "* ]] || continue
	s=$(unbase64 "${line[i]#"— $name "}" 68) || fail "the signature is damaged"
	[ "${s:0:8}" = "$keyHash" ] || continue
	bytes <<<"${s:8}" >"$tmp/sig"
	openssl pkeyutl -verify -pubin -keyform DER -inkey "$tmp/key" -rawin -in "$tmp/text" -sigfile "$tmp/sig" >/dev/null 2>&1 ||
		fail "the signature is not that of $name"
	signed=yes
done
[ -n "$signed" ] || fail "the checkpoint is not signed by $name"

[ "$(jq -r .facts.site "$receipt")" = "${name##*/}" ] || fail "the facts are of another site"
echo "PROVEN: record $index of the $size in $origin, signed by $name:"
jq -c .facts "$receipt"
