#!/usr/bin/env bash
# Checks the comments of the sources: their width, how doc comments begin, and words that are never right in them.
# Prints file:line, the finding and the rule, and exits with 1 if there are findings.
# usage: lint-comments.sh [file or folder ...]; without arguments it checks all sources of the repository.
set -euo pipefail

# phrase | better words | phrases that contain it and are right
words='
told apart | distinguished, significantly different
tell apart | distinguish
tells apart | distinguishes
tell them apart | distinguish them
tells them apart | distinguishes them
tell bags apart | distinguish bags
tells bags apart | distinguishes bags
at hand | available
be had | be obtained, be available
is had | is available
was had | was obtained
had from | obtained from
is no | is not a | there is no, is no longer, is no more than
are no | are not | there are no, are no longer, are no more than
stands in | is in
stand in | are in
stands at | is at
stands before | is before, precedes
stands behind | is after, follows
stands beside | is beside
stands there | is there
stands here | is here
nil where | nil if
nil when | nil if
empty where | empty if
gives nil | returns nil
where there is no | if there is no
where there are no | if there are no
where there is one | if there is one
where there is none | if there is none
bears out | confirms
set against | compared with
held within | clipped to
but for rounding | except for rounding
called right | predicted correctly
whoever | the caller, the user
somebody else | another process, another user
returns what | name the thing
throws what | errors of
'

width=120
cd "$(dirname "$0")/.."
if [ $# -eq 0 ]; then set -- Sources Tests datasets experiments/recipes Benchmarks/Sources Fuzzing/Sources Examples; fi
for path; do
  if [ ! -e "$path" ]; then
    echo "lint-comments: $path: no such file or folder" >&2
    exit 2
  fi
done

# Counts bytes without the continuation bytes of UTF-8, so that every awk counts a character once.
export LC_ALL=C
find "$@" -path '*/.*' -prune -o -type f \( -name '*.swift' -o -name '*.c' -o -name '*.h' \) -print0 | sort -z |
  WORDS=$words xargs -0 awk -v width="$width" '
    function report(finding, rule) {
      printf "%s:%d: %s; %s\n", FILENAME, FNR, finding, rule
      found = 1
    }
    function trimmed(text) { gsub(/^ +| +$/, "", text); return text }
    # Lower case, words between single spaces, without code.
    function plain(text) {
      gsub(/``?[^`]*``?/, " _ ", text)
      gsub(/[.;!?(]/, " . ", text)
      gsub(/[^A-Za-z0-9._\047-]+/, " ", text)
      return tolower(text)
    }
    BEGIN {
      lines = split(ENVIRON["WORDS"], line, "\n")
      for (i = 1; i <= lines; i++) {
        if (split(line[i], field, "|") < 2) continue
        count++
        phrase[count] = plain(" " trimmed(field[1]) " ")
        better[count] = trimmed(field[2])
        right[count] = field[3]
        delete field
      }
    }
    FNR == 1 { isDoc = 0; tail = "" }
    !/^[ \t]*\/\// { isDoc = 0; tail = ""; next }
    {
      characters = $0
      gsub(/[\200-\277]/, "", characters)
      if (length(characters) > width)
        report(length(characters) " characters", "a comment line has at most " width)

      text = $0
      sub(/^[ \t]*\/\/+/, "", text)
      begins = !isDoc
      isDoc = $0 ~ /^[ \t]*\/\/\//
      if (isDoc && begins && text ~ /^ *What /)
        report("a doc comment that begins with \"What\"", "name the thing, or say what the function does")

      if (text ~ /^ *$/) { tail = ""; next }
      # A phrase may begin on the line before.
      text = plain(" " text " ")
      joined = tail == "" ? text : tail substr(text, 2)
      for (i = 1; i <= count; i++) {
        rest = joined
        exceptions = split(right[i], exception, ",")
        for (j = 1; j <= exceptions; j++) {
          allowed = " " trimmed(exception[j]) " "
          while ((place = index(rest, allowed)) > 0)
            rest = substr(rest, 1, place) sprintf("%" length(allowed) - 2 "s", "") substr(rest, place + length(allowed) - 1)
        }
        begin = 1
        while ((place = index(substr(rest, begin), phrase[i])) > 0) {
          begin += place - 1
          if (begin + length(phrase[i]) - 1 > length(tail))
            report("\"" trimmed(phrase[i]) "\"", "write: " better[i])
          begin += length(phrase[i]) - 1
        }
      }
      words = split(trimmed(text), word, " ")
      tail = " "
      for (i = words > 3 ? words - 2 : 1; i <= words; i++) tail = tail word[i] " "
    }
    END { exit found }
  ' || {
  echo 'lint-comments: see the findings above' >&2
  exit 1
}
