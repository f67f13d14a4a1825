import { NODE, PERL, PYTHON, REQUEST } from './reach-programs.ts';

/** Exit codes of the reach container; both failures lie in the range that no common tool uses. */
export const REACH_EXIT = { reachable: 0, unreachable: 90, noTool: 91 } as const;

/** Environment variables of the reach container. Values reach the script only by these. */
export const REACH_ENV = {
  scheme: 'TESTCAR_GATE_REACH_SCHEME',
  host: 'TESTCAR_GATE_REACH_HOST',
  port: 'TESTCAR_GATE_REACH_PORT',
  path: 'TESTCAR_GATE_REACH_PATH',
  url: 'TESTCAR_GATE_REACH_URL',
  mode: 'TESTCAR_GATE_REACH_MODE',
  timeoutSeconds: 'TESTCAR_GATE_REACH_TIMEOUT_SECONDS',
  terminationLog: 'TESTCAR_GATE_TERMINATION_LOG',
} as const;

const { scheme, host, port, path, url, mode, timeoutSeconds, terminationLog } = REACH_ENV;

/**
 * What the reach container runs with `sh -c`: proves, from inside the pod network, that the SUT's address answers.
 *
 * - In `http` mode a status from 200 to 499 is an answer: a 401 or 404 comes from the SUT just as well as a 200. A 5xx
 *   may be a proxy without a backend, or an application that still starts, so it is tried again.
 * - For https the certificate is not verified: reachability is the question here, trust is for the tests. Tools that
 *   cannot speak TLS (nc, bash, perl) and the wget of busybox, whose TLS is partial, prove the connection alone.
 * - A tool may be present but broken or built without an option (busybox builds without \`wget -T\` crash on it). A
 *   probe says so with status 2 and is not asked again.
 * - Time is taken from /proc/uptime: a builtin can read it, and a stepped clock does not disturb it.
 * - Proxy settings are removed: the address is one of the cluster's own.
 */
export const REACH_SCRIPT = `
LC_ALL=C; export LC_ALL
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NODE_OPTIONS
mode=$${mode} scheme=$${scheme} host=$${host} port=$${port} path=$${path} url=$${url}
newline='
'
return_char=$(printf '\\r')
sleeps=0 error='no attempt was made'
finish() {
  printf '%s\\n' "$2"
  [ "$1" -eq 0 ] || { [ -w "$${terminationLog}" ] && printf '%s' "$2" >"$${terminationLog}"; }
  exit "$1"
}
clock() {
  if { read -r up rest </proc/uptime; } 2>/dev/null; then seconds=\${up%%.*}; else seconds=$sleeps; fi
}
# Sets status from the first HTTP status line in the text.
status_in() {
  status=
  case $1 in
    *HTTP/[0-9]*' '[1-5][0-9][0-9]*)
      status=\${1#*HTTP/[0-9]}
      status=\${status#* }
      status=\${status%%[!0-9]*}
      ;;
  esac
}
# Judges the text that a probe printed: a status line, "connected", or an error.
judge() {
  error=
  IFS=$newline
  for line in $1; do
    line=\${line%"$return_char"}
    [ -z "$line" ] || error=$line
  done
  IFS=" $newline"
  case $1 in connected*) proof=connected; return 0 ;; esac
  status_in "$1"
  [ -z "$status" ] || error="HTTP $status"
  proof=$error
  case $status in [234]??) return 0 ;; esac
  [ -n "$error" ] || error='no answer'
  return 1
}
# What a tool prints or returns when it cannot do what was asked, whatever the address does.
unusable() {
  case $2 in *HTTP/[0-9]*) return 1 ;; esac
  [ "$1" -ge 126 ] && [ "$1" -ne 137 ] && [ "$1" -ne 143 ] && return 0
  case $2 in *[Uu]'sage:'*|*'nvalid option'*|*'nrecognized option'*|*'nknown option'*|*'not supported'*|*'not found in'*) return 0 ;; esac
  return 1
}
probe_curl() {
  out=$($limit curl -q -g -k -s -S --noproxy '*' --connect-timeout 4 --max-time 4 -o /dev/null \\
    -w "$newline"'testcar-gate %{http_code} %{num_connects}' "$url" 2>&1)
  code=$?
  case $code in 2|4) return 2 ;; esac
  unusable "$code" "$out" && return 2
  figures=\${out##*testcar-gate }
  out=\${out%testcar-gate *}
  if [ "$mode" = tcp ]; then
    [ "\${figures#* }" = 0 ] || out=connected
  elif [ "\${figures% *}" != 000 ]; then
    out="HTTP/1.1 \${figures% *}"
  fi
  judge "$out"
}
probe_wget() {
  [ "$mode" = http ] || return 2
  case $(wget --version 2>&1) in
    *'GNU Wget'*) out=$($limit wget -nv -S -O /dev/null -T 4 -t 1 --no-proxy --max-redirect=0 --no-check-certificate "$url" 2>&1) ;;
    *) [ "$scheme" = http ] || return 2
       out=$($limit wget -q -S -O /dev/null "$url" 2>&1) ;;
  esac
  code=$?
  unusable "$code" "$out" && return 2
  judge "$out"
}
probe_nc() {
  if [ "$plain" = http ]; then
    out=$(printf '${REQUEST}' "$path" "$host:$port" | $limit nc -w 4 "$host" "$port" 2>&1 | { IFS= read -r line; printf '%s' "$line"; })
    unusable 0 "$out" && return 2
    judge "$out"
    return
  fi
  out=$($limit nc -z -w 4 "$host" "$port" 2>&1 </dev/null)
  code=$?
  if unusable "$code" "$out"; then
    # Without -z a connection to a silent server is only ended by the limit.
    [ -n "$limit" ] || return 2
    out=$(timeout 3 nc -w 2 "$host" "$port" 2>&1 >/dev/null </dev/null)
    code=$?
    unusable "$code" "$out" && return 2
    case $code in 124|137|143) [ -n "$out" ] || code=0 ;; esac
  fi
  [ "$code" -eq 0 ] && out=connected
  judge "$out"
}
probe_bash() {
  out=$($limit bash -c 'exec 3<>"/dev/tcp/$2/$3" || exit 1
    [ "$1" = http ] || { printf connected; exit 0; }
    printf "${REQUEST}" "$4" "$2:$3" >&3
    IFS= read -r -t 4 line <&3; printf "%s" "$line"' bash "$plain" "$host" "$port" "$path" 2>&1)
  code=$?
  case $out in *'No such file or directory'*) return 2 ;; esac
  unusable "$code" "$out" && return 2
  judge "$out"
}
probe_python3() {
  out=$($limit python3 -I -c "$python" "$mode" "$scheme" "$host" "$port" "$path" 2>&1)
  script_judge "$?"
}
probe_node() {
  out=$($limit node -e "$node" "$mode" "$scheme" "$host" "$port" "$path" 2>&1)
  script_judge "$?"
}
probe_perl() {
  out=$($limit perl -e "$perl" "$plain" "$scheme" "$host" "$port" "$path" 2>&1)
  script_judge "$?"
}
# These programs end with 0 whatever they find; anything else is the tool's own trouble, or the limit.
script_judge() {
  case $1 in
    0) judge "$out" ;;
    124|137|143) judge 'timed out' ;;
    *) return 2 ;;
  esac
}
python='${PYTHON}' node='${NODE}' perl='${PERL}'
set -f
IFS=" $newline"
plain=$mode
tools='curl wget nc bash python3 node perl'
if [ "$scheme" = https ]; then
  plain=tcp
  tools='curl wget node python3 nc bash perl'
fi
wanted=$tools
if timeout 5 true 2>/dev/null; then limit='timeout 5'; else limit=; fi
command -v sleep >/dev/null 2>&1 || finish ${REACH_EXIT.noTool} 'cannot test the address: the tool sleep is not in this image'
trap 'exit 143' TERM
target="$mode $host:$port"
[ "$mode" = http ] && target=$url
clock; started=$seconds
while :; do
  usable=
  decided=
  for tool in $tools; do
    if [ -z "$decided" ]; then
      command -v "$tool" >/dev/null 2>&1 || continue
      # Shells report a tool that was ended by a signal; the probes keep what the tools themselves say.
      probe_$tool 2>/dev/null
      result=$?
      [ "$result" -eq 2 ] && continue
      decided=$tool
    fi
    usable="$usable $tool"
  done
  clock
  elapsed=$((seconds - started))
  [ -n "$decided" ] || finish ${REACH_EXIT.noTool} "cannot test $target: this image has none of these tools in working order: $wanted"
  [ "$result" -eq 0 ] && finish ${REACH_EXIT.reachable} "answered after $elapsed s: $target, $proof ($decided)"
  if [ "$elapsed" -ge "$${timeoutSeconds}" ]; then
    finish ${REACH_EXIT.unreachable} "no answer from $target after $elapsed s, last seen with $decided: $error"
  fi
  tools=$usable
  sleep 1
  sleeps=$((sleeps + 1))
done
`.trimStart();
