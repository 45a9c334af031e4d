#!/usr/bin/env python3
"""Measures whole servers: the minimal receivers beside handlers written by hand and bare routes, in axum and actix-web.

  load   CPU time per request, requests per second, latency and memory, as Markdown; needs wrk
  check  do they answer rightly?
  idle   memory of a connection that is open and does nothing

It ends with 1 when a server answered what it should not have, and with 2 when nothing could be measured.
"""

import argparse
import collections
import http.client
import itertools
import json
import os
import pathlib
import re
import resource
import select
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # Nothing is written beside the sources.

from bodies import SIZES, TOKEN, challenges, sign  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
# Each beside the handler by hand that it is compared with.
SERVERS = {
    "minimal": "by-hand-axum",
    "by-hand-axum": "by-hand-axum",
    "bare-axum": "by-hand-axum",
    "minimal-actix": "by-hand-actix",
    "by-hand-actix": "by-hand-actix",
    "bare-actix": "by-hand-actix",
}
PATH = "/webhook"
WARM_UP = 1
TICKS = os.sysconf("SC_CLK_TCK")


def fail(message):
    print(f"error: {message}", file=sys.stderr)
    sys.exit(2)


def build():
    """Returns the folder of the programs."""
    command = ["cargo", "build", "--release", "--locked", "--bins", "-p", "smartcar-webhook-load"]
    if subprocess.run(command, cwd=HERE).returncode:
        fail("the servers could not be built")
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
    metadata = subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE).stdout
    return pathlib.Path(json.loads(metadata)["target_directory"]) / "release"


def pinned():
    """What to start the server with, and the client: each has a CPU of its own, where there are two."""
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2 or not shutil.which("taskset"):
        print("server and client share the CPUs, and disturb each other", file=sys.stderr)
        return [], []
    return ["taskset", "-c", str(cpus[0])], ["taskset", "-c", str(cpus[1])]


class Server:
    """A server that runs while it is in a `with`."""

    def __init__(self, name, options):
        self.name = name
        self.command = [*options.server_cpu, str(options.programs / name)]

    def __enter__(self):
        environment = {**os.environ, "PORT": "0", "AMT": TOKEN.decode()}
        self.process = subprocess.Popen(self.command, env=environment, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening at "):
            self.__exit__()
            fail(f"{self.name} does not listen")
        self.port = int(line.rpartition(":")[2])
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    @property
    def is_bare(self):
        return self.name.startswith("bare")

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def ask(self, method, path, body=b"", signature=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Content-Type": "application/json"}
        if signature:
            headers["SC-Signature"] = signature
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        answer = response.status, response.read()
        connection.close()
        return answer

    def deliver(self, body, signature):
        return self.ask("POST", PATH, body, signature)

    def handled(self):
        return int(self.ask("GET", "/handled")[1])

    def cpu_seconds(self):
        """Of user and system; the servers have no children."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, field):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.MULTILINE)[1]) * 1024


def check(options):
    """Returns what was answered wrongly."""
    wrong = []
    for name in options.only:
        with Server(name, options) as server:

            def expect(what, answer, status, body=None):
                if answer[0] != status or body not in (None, answer[1]):
                    wrong.append(f"{name}: {what} was answered {answer[0]} {answer[1][:100]}")

            for size in options.sizes:
                body = SIZES[size][0]
                expect(f"a delivery of {size}", server.deliver(body, sign(body)), 200)
            if server.is_bare:
                continue
            if server.handled() != len(options.sizes):
                wrong.append(f"{name}: handled {server.handled()} of {len(options.sizes)}")
            for body in (SIZES[it][1] for it in options.sizes):
                other = sign(body + b" ")
                for signature in (other, other[:-2], "signature", None):
                    expect(f"the signature {signature}", server.deliver(body, signature), 401)
            for body in challenges("a3Vq90ZtLwXe12Pm"):
                answer = json.dumps({"challenge": sign(b"a3Vq90ZtLwXe12Pm")}, separators=(",", ":"))
                expect("a challenge", server.deliver(body, sign(body)), 200, answer.encode())
    for it in wrong:
        print(it)
    if not wrong:
        print(f"{', '.join(options.only)} answer as they should")
    return wrong


Run = collections.namedtuple("Run", "cpu rate busy p50 p99 memory deliveries")


def drive(server, script, first, connections, seconds, options):
    """Has wrk send deliveries, and returns the numbers that `requests.lua` prints."""
    command = [
        *options.client_cpu, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s",
        "-s", str(HERE / "requests.lua"), f"http://127.0.0.1:{server.port}{PATH}", "--", *script, str(first),
    ]  # fmt: skip
    out = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=seconds + 60).stdout
    found = re.search(r"^RESULT ([\d ]+)$", out, re.MULTILINE)
    if not found:
        fail(f"wrk: {out}")
    return [int(it) for it in found[1].split()]


def measure(name, size, script, count, options):
    """One life of a server. Returns the run, and what was wrong with it."""
    # What is under way when the time is over is not counted as answered, so it must be little.
    connections = min(options.connections, max(4, 4_000_000 // len(SIZES[size].body)))
    with Server(name, options) as server:
        sent, warm, *_, refused, broken = drive(server, script, 0, connections, WARM_UP, options)
        before = server.cpu_seconds()
        more, answered, microseconds, p50, p99, *errors = drive(
            server, script, sent, connections, options.seconds, options
        )
        cpu = server.cpu_seconds() - before
        wrong = []
        if refused + broken + sum(errors):
            wrong.append(f"{refused + errors[0]} refused, {broken + errors[1]} connections broken")
        if not answered:
            fail(f"{name}: no delivery of {size} was answered")
        if not server.is_bare:
            if sent + more > count:
                wrong.append(f"{sent + more} deliveries, of which only {count} have ids of their own")
            if server.handled() < warm + answered:
                wrong.append(f"handled {server.handled()} of {warm + answered}")
        run = Run(
            cpu=cpu / answered, rate=answered / microseconds * 1e6, busy=cpu / microseconds * 1e6, p50=p50, p99=p99,
            memory=server.memory("VmHWM"), deliveries=warm + answered,
        )  # fmt: skip
        return run, [f"{name}, {size}: {it}" for it in wrong]


def load(options):
    runs = collections.defaultdict(list)
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        scripts = {}
        for size in options.sizes:
            # More than a server could take on this machine: 10 us for each, and 2 ns for each byte.
            deliveries = SIZES[size]
            count = int((WARM_UP + options.seconds) / (6e-6 + 2e-9 * len(deliveries.body)))
            path = pathlib.Path(folder) / size
            path.mkdir()
            scripts[size] = deliveries.write(path, count), count
        for turn, size in itertools.product(range(options.rounds), options.sizes):
            start = turn % len(options.only)
            for name in options.only[start:] + options.only[:start]:
                run, found = measure(name, size, *scripts[size], options)
                runs[size, name].append(run)
                wrong += found
                print(f"round {turn + 1}, {size}, {name}: {run.cpu * 1e6:.1f} us", file=sys.stderr)
    for it in wrong:
        print(it, file=sys.stderr)
    report(runs, options)
    return wrong


def ratio(runs, size, name):
    """To the handler by hand of the same round: median, least and greatest."""
    ratios = [ours.cpu / theirs.cpu for ours, theirs in zip(runs[size, name], runs[size, SERVERS[name]])]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else ""


def report(runs, options):
    print(f"{machine()}; rounds: {options.rounds}, of {options.seconds} s; connections: {options.connections} at most.\n")
    print("CPU time per request, as a ratio to the handler by hand of the same framework:\n")
    print("| | " + " | ".join(options.sizes) + " |")
    print("|---" * (1 + len(options.sizes)) + "|")
    for name in options.only:
        if SERVERS[name] != name:
            print(f"| {name} | " + " | ".join(ratio(runs, size, name) for size in options.sizes) + " |")
    for size in options.sizes:
        print(f"\n{len(SIZES[size].body):,} bytes, medians:\n")
        print("| | CPU per request | of a CPU | requests/s | p50 | p99 | peak memory | after deliveries |")
        print("|---|---|---|---|---|---|---|---|")
        for name in options.only:
            run = Run(*map(statistics.median, zip(*runs[size, name])))
            print(
                f"| {name} | {run.cpu * 1e6:,.1f} µs | {run.busy:.0%} | {run.rate:,.0f} | {run.p50 / 1e3:,.2f} ms |"
                f" {run.p99 / 1e3:,.2f} ms | {run.memory / 1e6:,.1f} MB | {run.deliveries:,.0f} |"
            )


def machine():
    text = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    # As x86 and ARM call them.
    sha = "with" if re.search(r"\b(sha_ni|sha2)\b", text) else "without"
    return f"{model[1] if model else os.uname().machine}, {os.cpu_count()} CPUs, {sha} SHA instructions"


def idle(options):
    wrong = []
    wanted = 10_000
    # The server has as many files open as this program, and each some more.
    files = open_files(wanted + 200)
    count = min(wanted, files - 200)
    body = SIZES["0.3KB"][0]
    # The same for all, or what is remembered of deliveries would count as well.
    request = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nSC-Signature: {sign(body)}\r\n\r\n"
    ).encode() + body
    print(f"{count:,} connections, each after one delivery of {len(body)} bytes:\n")
    print("| | before | for each connection |\n|---|---|---|")
    for name in options.only:
        with Server(name, options) as server:
            exchange(server.connect(), request)
            before = server.memory("VmRSS")
            connections = [exchange(server.connect(), request) for _ in range(count)]
            after = server.memory("VmRSS")
            poll = select.poll()
            for it in connections:
                poll.register(it, select.POLLIN)
            # Frameworks close what is idle for some seconds.
            if closed := len(poll.poll(0)):
                wrong.append(f"{name}: {closed} connections were closed before there were {count}")
            for it in connections:
                it.close()
        print(f"| {name} | {before / 1e6:.1f} MB | {(after - before) / count / 1e3:.1f} KB |", flush=True)
    for it in wrong:
        print(it, file=sys.stderr)
    return wrong


def exchange(connection, request):
    connection.sendall(request)
    answer = connection.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200 "):
        fail(f"{answer}")
    return connection


def open_files(wanted):
    """Has as many files allowed as are wanted, and returns how many are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limits in ((wanted, max(wanted, hard)), (min(wanted, hard), hard)):
        if soft >= wanted:
            break
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        except (OSError, ValueError):
            continue
        soft = limits[0]
    return soft


def some_of(known):
    def parse(text):
        names = text.split(",")
        if unknown := [it for it in names if it not in known]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not among {', '.join(known)}")
        return names

    return parse


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("it has to be 1 at least")
    return number


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", nargs="?", choices=["load", "check", "idle"], default="load")
    parser.add_argument("--connections", type=positive, default=32, metavar="N", help="at most; fewer with large bodies")
    parser.add_argument("--seconds", type=positive, default=3, metavar="N", help="of each run")
    parser.add_argument("--rounds", type=positive, default=5, metavar="N", help="each server runs once in each")
    parser.add_argument("--sizes", type=some_of(SIZES), default=list(SIZES), metavar="A,B", help=",".join(SIZES))
    parser.add_argument("--only", type=some_of(SERVERS), default=list(SERVERS), metavar="A,B", help=",".join(SERVERS))
    options = parser.parse_args()
    if options.mode == "load" and not shutil.which("wrk"):
        fail("there is no wrk: apt-get install wrk")
    # So that no server outlives this program.
    for it in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(it, lambda *_: sys.exit(2))
    options.programs = build()
    options.server_cpu, options.client_cpu = pinned()
    sys.exit(1 if {"load": load, "check": check, "idle": idle}[options.mode](options) else 0)


main()
