"""Runs one program to its end and prints, as JSON, what it took: wall and CPU time in seconds, peak resident size in bytes.

measure.py [--cores N] [--no-sync] ERRORS PROGRAM [ARGUMENT ...]

ERRORS is the file that gets the program's standard error; its standard output is thrown away. Only a small process can
measure a child's peak: Linux carries over the resident size of whoever started it.
"""

import argparse
import json
import os
import time


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cores", type=int, help="run it on the first so many cores only")
    parser.add_argument("--no-sync", action="store_true", help="do not wait for what others are still writing")
    parser.add_argument("errors")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()

    if options.cores:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores])
    if not options.no_sync:
        # What the run before has left to be written is not this one's to pay for.
        os.sync()
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, options.errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
    ]
    started = time.monotonic()
    process = os.posix_spawn(options.program[0], options.program, os.environ, file_actions=streams)
    _, status, usage = os.wait4(process, 0)
    wall = time.monotonic() - started
    measured = {
        # A signal counts as 128 and its number, as in a shell.
        "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status),
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * 1024,
    }
    print(json.dumps(measured))


main()
