/** First word of every frame; the number is the version of the format that `frames.ts` reads. */
export const FRAME_PREFIX = 'testcar-gate/1';

/** More result files than this are refused, here and again by the gate: no test suite needs it, a mistake easily makes it. */
export const MAX_RESULT_FILES = 10_000;

/** Word that follows the run in every frame of an attachment. */
export const ATTACHED = 'a';

/** More attachments than this are left out, and counted. */
export const MAX_ATTACHMENTS = 1_000;
/** So many of those that were left out are named. */
const MAX_NAMED = 20;

/** Results of more characters come in more than one pass. */
export const ONE_PASS_CHARS = 1_048_576;
/** Frames that come twice in the second pass, as a whole: 8 MB, written in less time than passes between two changes of files. */
const TWICE_FRAMES = 1_000;

/** Environment variables of the courier container. Values reach the script only by these. */
export const COURIER_ENV = {
  runId: 'TESTCAR_GATE_RUN_ID',
  resultsDir: 'TESTCAR_GATE_RESULTS_DIR',
  terminationLog: 'TESTCAR_GATE_TERMINATION_LOG',
  /** Patterns below the results folder, one per line. */
  attachments: 'TESTCAR_GATE_ATTACHMENTS',
  attachmentsMaxBytes: 'TESTCAR_GATE_ATTACHMENTS_MAX_BYTES',
} as const;

/**
 * What the courier runs with `sh -c`. POSIX sh; tried with busybox ash, dash and bash.
 *
 * - All work is done inside the signal handler. A flag that a loop tests can be set between the test and the `wait`,
 *   and the signal would be lost until the next turn. The short sleep bounds what is left of that gap in shells whose
 *   `wait` is not atomic.
 * - The archive is held in a shell variable instead of a file: the root file system may be read-only, and the results
 *   volume is mounted read-only. So its length and checksum are known before the first frame, one run of tar is
 *   enough, and no pipe to a second reader is needed. It is compressed: 20,000 test cases are some 66 KB.
 * - Without gzip in the image the archive goes uncompressed; the first frame says which it is.
 * - A shell without `pipefail` does not tell which part of a pipeline failed, so each part reports by a `!` in the
 *   captured text, a character that base64 does not have. A part that dies
 *   breaks the pipe of those before it, so the last one is asked first.
 * - The checksum is taken over the base64 text without line breaks, and frames are cut by this script, because tools
 *   differ in where they break lines. A frame stays below the 16 KiB at which container runtimes split a log line.
 * - Frames are written as fast as can be: the kubelet looks every 10 s whether a log is above containerLogMaxSize, and
 *   moves it away; pauses would make more files of it. So fold and awk cut the frames, 100 MB in 3 s; the loop of the shell
 *   takes 11 s (busybox), and is for images without them.
 * - Where files change, a line is cut in two, and lines can be lost. So large results come in a second pass, in parts that
 *   come twice: two changes of files are at least 3 s apart, and the copies nearer than that, so one of them is whole. What
 *   goes wrong in that pass is no error: the first may have been whole.
 * - Attachments come after the results, which are out of danger by then; nothing that goes wrong with them is an error.
 *   They are packed twice, once for the checksum, so that none of them is ever in memory, and not compressed: most are
 *   already, and two runs must give the same bytes.
 * - `printf` is a builtin of these shells, so its arguments are not bound by the kernel's limit.
 * - The kubelet replaces `$(NAME)` and `$$` in a command (docs: "Define a Command and Arguments"); the script uses
 *   neither form with a variable's name.
 */
export const COURIER_SCRIPT = `
LC_ALL=C; export LC_ALL
unset TAR_OPTIONS GZIP POSIXLY_CORRECT
set -f
newline='
'
say() { printf '%s\\n' "${FRAME_PREFIX} $${COURIER_ENV.runId} $1"; }
fail() {
  say "error $1"
  [ -w "$${COURIER_ENV.terminationLog}" ] && printf '%s' "$1" >"$${COURIER_ENV.terminationLog}"
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }
plain() { cat; }
deliver() {
  trap '' TERM
  kill "$!" 2>/dev/null
  for tool in find tar base64 sha256sum; do
    has "$tool" || fail "the tool $tool is not in the courier's image"
  done
  cd "$${COURIER_ENV.resultsDir}" || fail 'the results folder cannot be opened'
  odd=$(find . -name "*$newline*" -o -type l -name '*.xml') || fail 'find could not read the whole results folder'
  [ -z "$odd" ] || fail 'a result file is a symbolic link, or a name in the results folder holds a line break'
  names=$(find . -type f -name '*.xml') || fail 'find could not read the whole results folder'
  IFS=$newline
  set -- $names
  files=$#
  [ "$files" -le ${MAX_RESULT_FILES} ] || fail "there are $files result files, more than ${MAX_RESULT_FILES}"
  text=
  pack=gzip
  press=gzip
  has gzip || { pack=none; press=plain; }
  if [ "$files" -gt 0 ]; then
    text=$( { { tar -cf - "$@" || printf '!tar!' >&3; } | { "$press" -c || printf '!gzip!' >&3; } | base64 || printf '!base64!' >&3; } 3>&1 )
  fi
  case $text in
    *'!base64!'*) fail 'base64 failed' ;;
    *'!gzip!'*) fail 'gzip failed' ;;
    *'!tar!'*) fail 'tar could not read every result file' ;;
  esac
  set -- $text
  IFS=
  text="$*"
  sum=$(printf '%s' "$text" | sha256sum) || fail 'sha256sum failed'
  sum=\${sum%% *}
  begin="begin files=$files chars=\${#text} pack=$pack sha256=$sum"
  say "$begin"
  if has fold && has awk; then
    printf '%s\\n' "$text" | frames "${FRAME_PREFIX} $${COURIER_ENV.runId}" || fail 'awk failed'
    if [ "\${#text}" -gt ${ONE_PASS_CHARS} ]; then
      say "$begin"
      printf '%s\\n' "$text" | frames_twice "${FRAME_PREFIX} $${COURIER_ENV.runId}"
    fi
  else
    slow_frames "$@"
    if [ "\${#text}" -gt ${ONE_PASS_CHARS} ]; then
      say "$begin"
      slow_frames "$@"
    fi
  fi
  [ -z "$${COURIER_ENV.attachments}" ] || attach
  exit 0
}
frames() {
  fold -w 8000 | awk -v "p=$1" -v "sum=$sum" '$0 != "" { print p, ++n, $0 "." } END { print p, "end frames=" (n + 0), "sha256=" sum }'
}
frames_twice() {
  fold -w 8000 | awk -v "p=$1" -v "sum=$sum" '
    function again(i) { for (i = 1; i <= held; i++) print p, n - held + i, line[i] "."; held = 0 }
    held == ${TWICE_FRAMES} { again() }
    $0 != "" { print p, ++n, $0 "."; line[++held] = $0 }
    END { again(); print p, "end frames=" n, "sha256=" sum }'
}
slow_frames() {
  frame=
  number=0
  for line in "$@"; do
    frame=$frame$line
    while [ "\${#frame}" -gt 12000 ]; do
      head=$(printf '%.4000s' "$frame")
      number=$((number + 1))
      say "$number $head."
      frame=\${frame#"$head"}
    done
    if [ "\${#frame}" -ge 4000 ]; then
      number=$((number + 1))
      say "$number $frame."
      frame=
    fi
  done
  if [ -n "$frame" ]; then
    number=$((number + 1))
    say "$number $frame."
  fi
  say "end frames=$number sha256=$sum"
}
attach() {
  text=
  for tool in fold awk tr wc; do
    has "$tool" || { say "${ATTACHED} error the tool $tool is not in the courier's image"; return; }
  done
  IFS=$newline
  set --
  for pattern in $${COURIER_ENV.attachments}; do
    set -- "$@" -o -path "./$pattern" -o -path "./$pattern/*"
  done
  shift
  names=$(find . -type f ! -name '*.xml' ! -path "*$newline*" '(' "$@" ')') || say "${ATTACHED} note find could not read the whole results folder"
  set --
  total=0
  left=0
  for name in $names; do
    bytes=$(wc -c <"$name") || bytes=0
    bytes=$((bytes))
    if [ ! -r "$name" ] || [ "$#" -ge ${MAX_ATTACHMENTS} ] || [ "$((total + bytes))" -gt "$${COURIER_ENV.attachmentsMaxBytes}" ]; then
      left=$((left + 1))
      [ "$left" -gt ${MAX_NAMED} ] || say "${ATTACHED} left-out $bytes $name"
    else
      total=$((total + bytes))
      set -- "$@" "$name"
    fi
  done
  [ "$left" -le ${MAX_NAMED} ] || say "${ATTACHED} note $left attachments were left out, ${MAX_NAMED} of them are named"
  if [ "$#" -eq 0 ]; then
    sum=$(printf '' | sha256sum)
  else
    sum=$(tar -cf - "$@" | base64 | tr -d '\\n' | sha256sum)
  fi
  sum=\${sum%% *}
  say "${ATTACHED} begin files=$# pack=none"
  { [ "$#" -eq 0 ] || tar -cf - "$@" | base64 | tr -d '\\n'; echo; } | frames "${FRAME_PREFIX} $${COURIER_ENV.runId} ${ATTACHED}"
}
trap deliver TERM
has sleep || fail "the tool sleep is not in the courier's image"
while :; do
  sleep 5 &
  wait "$!"
done
`.trimStart();
