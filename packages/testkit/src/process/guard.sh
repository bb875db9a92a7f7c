#!/bin/sh
# Runs a program that must not outlive the process that started this script:
#
#   guard.sh folder program [argument…]
#
# Started as the leader of a process group of its own, with the reading end of a pipe as descriptor
# 3, whose other end the parent holds and gives to nobody.
#
# It becomes the program by exec, so the pid, the signals and the exit code are the program's own. It
# leaves a guard behind that reads the pipe: a line when the parent has seen the program end, or
# end-of-file when the parent itself has died, of whatever cause, SIGKILL included. In the second case
# the guard kills the program and removes `folder`, if that is not empty. In both it kills the process
# group: what the program may have started, and itself. As a member of the group the guard keeps the
# group's number from being given to somebody else. Forking twice makes it nobody's child, so that a
# program that waits for its children never meets it.
folder=$1
shift
(
  (
    trap '' HUP INT TERM
    if ! read -r _ <&3; then
      kill -s KILL "$$"
      [ -z "$folder" ] || rm -rf -- "$folder"
    fi
    kill -s KILL -- "-$$"
  ) </dev/null >/dev/null 2>&1 &
)
exec "$@" 3<&-
