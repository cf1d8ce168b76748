#!/bin/sh
# Verify one edition of a destruction certificate with openssl, sha256sum and base64 alone:
#   verify_certificate.sh FILE PUBKEY.pem       0: valid. 1: not, and why. The key is the one the office published.
# It checks the signature, that the signed audit log holds this certificate, and prints which edition it names as the one before.
set -eu
file=$1 key=$(cd "$(dirname "$2")" && pwd)/$(basename "$2") work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "NOT VALID: $1" >&2; exit 1; }
part() { sed -n "s/^\"$1\": \"\(.*\)\",\{0,1\}\$/\1/p" "$file"; }
sha() { openssl dgst -sha256 -binary; }
signed() { openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$1" -sigfile "$2" >/dev/null 2>&1; }
for name in payload sig leaf proof; do part $name | base64 -d >"$work/$name" || fail "unreadable: $name"; done
type=$(part payloadType)
cd "$work"
{ printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$(wc -c <payload)"; cat payload; } >statement
signed statement sig || fail "the signature is not this key's"
hash=$(sha256sum <payload | cut -c 1-64)
grep -q '"action":"certificates.issue"' leaf && grep -q "\"sha256\":\"$hash\"" leaf || fail "the log's entry is another one's"
sed '1,/^$/d' proof >checkpoint                       # the signed head of the log: name, size, root, signature
sed -n '1,3p' checkpoint >note
sed -n '5s/^[^ ]* [^ ]* //p' checkpoint | base64 -d | tail -c 64 >logsig
signed note logsig || fail "the log's checkpoint is not signed by this key"
place=$(sed -n 's/^index //p' proof) last=$(($(sed -n 2p note) - 1))
{ printf '\000'; cat leaf; } | sha >node                # RFC 6962: up from the leaf to the root
for sibling in $(sed -n '3,/^$/p' proof); do
    echo "$sibling" | base64 -d >beside
    [ "$last" -gt 0 ] || fail "the log's proof is too long"
    if [ $((place & 1)) = 1 ] || [ "$place" = "$last" ]; then
        { printf '\001'; cat beside node; } | sha >above
        while [ $((place & 1)) = 0 ] && [ "$place" != 0 ]; do place=$((place >> 1)) last=$((last >> 1)); done
    else
        { printf '\001'; cat node beside; } | sha >above
    fi
    mv above node && place=$((place >> 1)) last=$((last >> 1))
done
[ "$last" = 0 ] && [ "$(base64 <node)" = "$(sed -n 3p note)" ] || fail "the log does not hold this certificate"
field() { sed -n "s/.*\"$1\":\(\"[^\"]*\"\|null\).*/\1/p" payload | tr -d '"'; }
echo "valid: $(field number) $(field state), sha256 $hash, edition before: $(field previous)"
