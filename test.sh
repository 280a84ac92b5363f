#!/usr/bin/env bash
# Builds everything and runs all tests. Needs the .NET SDK; what some tests need besides is installed where that can be
# done without asking (Debian and Ubuntu, as root or with a sudo that wants no password), else those tests are skipped,
# each with its reason. The last line is: N passed, N failed, N skipped
#
#   ./test.sh [--quick] [--strict] [--offline] [arguments of the test runner, for instance --filter-class "*RuleJsonTests"]
#
#   --quick    XenoCrm.Tests only: rules and one service at a time; XenoCrm.SystemTests runs the application as processes
#   --strict   a test that is skipped for want of something installable is a failure
#   --offline  the build for a partial package feed: -p:FullFeed=false
#
# Runs on bash 3.2, which macOS still has.
set -u
cd "$(dirname "$0")" || exit 1

# A skip with one of these in its reason is in order under --strict too: nothing that we could install would help.
allowed_skips='container engine|package feed|\.\./shared|Windows|macOS'

strict=false
tests=(--solution XenoCrm.sln)
build_arguments=()
runner_arguments=()
for argument in "$@"; do
  case $argument in
    --quick) tests=(--project XenoCrm.Tests) ;;
    --strict) strict=true ;;
    --offline) build_arguments+=(-p:FullFeed=false) ;;
    *) runner_arguments+=("$argument") ;;
  esac
done

export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

finish() { # passed failed skipped exit-code
  echo "$1 passed, $2 failed, $3 skipped"
  exit "$4"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Installs a Debian package without starting the service that may come with it.
install_package() { # package [service]
  local policy=/usr/sbin/policy-rc.d made_policy=false
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod 755 "$policy" && made_policy=true
  fi
  { as_root apt-get -qq update && as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$1"; } >/dev/null 2>&1
  local installed=$?
  if $made_policy; then as_root rm -f "$policy"; fi
  if [ $installed = 0 ] && [ -n "${2:-}" ] && [ -d /run/systemd/system ]; then as_root systemctl disable --now "$2" >/dev/null 2>&1; fi
  return $installed
}

need() { # program package [service]
  if command -v "$1" >/dev/null 2>&1; then return; fi
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "$1 is not here and not installed by this script on $(uname -s): the tests that need it are skipped."
  elif [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    echo "$1 is not here, and installing it needs root: the tests that need it are skipped. Install it with: sudo apt-get install $2"
  else
    echo "Installing $2 ..."
    install_package "$2" "${3:-}" || echo "$2 could not be installed: the tests that need it are skipped. Try: apt-get install $2"
  fi
}

if ! command -v dotnet >/dev/null 2>&1; then
  echo "The .NET SDK is not on the PATH; get it from https://dot.net (the version is in global.json)."
  finish 0 0 0 1
fi

need redis-server redis-server redis-server
need chromium chromium

if ! dotnet build XenoCrm.sln -v q ${build_arguments[@]+"${build_arguments[@]}"}; then
  echo "The build failed; no test was run."
  finish 0 0 0 1
fi

# What a shell starts in the background ignores SIGINT, and so would the processes that the tests interrupt.
interruptible=()
if env --default-signal=INT true 2>/dev/null; then interruptible=(env --default-signal=INT); fi

mkdir -p artifacts
log=artifacts/test.log
# One project after the other, as both fill the machine; 8 is a project's answer where a filter leaves it no test.
${interruptible[@]+"${interruptible[@]}"} dotnet test "${tests[@]}" --no-build --no-progress --max-parallel-test-modules 1 \
  ${build_arguments[@]+"${build_arguments[@]}"} \
  -- --timeout 40m --ignore-exit-code 8 ${runner_arguments[@]+"${runner_arguments[@]}"} 2>&1 | tee "$log"
code=${PIPESTATUS[0]}

# The summary has a line "  succeeded: 12" for each of these; a crashed run is an "error".
count() { sed -n '/^Test run summary/,$p' "$log" | awk -v name="$1:" '$1 == name { print $2; exit }'; }
passed=$(count succeeded)
failed=$(( $(count failed || true) + $(count error || true) + 0 ))
skipped=$(count skipped)

if [ "${passed:-0}" = 0 ] && [ $code = 0 ]; then code=1; fi
if [ $code != 0 ] && [ $failed = 0 ]; then failed=1; fi

# "skipped Name (0ms)", its reason in the next line.
reasons=$(awk '/^skipped / { getline; sub(/^ +/, ""); print }' "$log" | sort)
if [ -n "$reasons" ]; then
  printf 'Skipped, how many and why:\n'
  printf '%s\n' "$reasons" | uniq -c
  wanting=$(printf '%s\n' "$reasons" | grep -Evc "$allowed_skips")
  if $strict && [ "$wanting" != 0 ]; then
    echo "Under --strict a skip for want of something installable is a failure: $wanting of them."
    failed=$((failed + wanting))
    skipped=$((skipped - wanting))
    code=1
  fi
fi

# Said again at the end: what the tests and their services log fills many screens.
failures=$(awk '/^failed / { on = 1 } /^  from / { on = 0 } on' "$log")
if [ -n "$failures" ]; then printf 'Failed:\n%s\n' "$failures"; fi

finish "${passed:-0}" "$failed" "${skipped:-0}" "$code"
