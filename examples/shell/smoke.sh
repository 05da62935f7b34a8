#!/bin/sh
# A smoke test of a webhook consumer with nothing but a shell and curl:
#   WEBHOOK_SECRET=whsec_x sh smoke.sh http://localhost:3000/webhooks/iverton
set -u
url=$1
failed=0

# expect <status pattern> <what> [how to break it]: forges a signed event, has curl send it, looks at the status.
expect() {
  pattern=$1 what=$2
  shift 2
  request=$(webhook-cli send iverton deal.won --to "$url" --print curl "$@") || exit
  status=$(eval "$request" --silent --output /dev/null --write-out "'%{http_code}'")
  case $status in
    $pattern) echo "ok    $status  $what" ;;
    *) echo "FAIL  $status  $what, not $pattern" && failed=1 ;;
  esac
}

expect '2??' 'a signed event'
expect '4??' 'a wrong signature' --break signature
expect '4??' 'no signature' --break missing-header
expect '4??' 'a changed body' --break body
exit "$failed"
