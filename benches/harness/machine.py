"""Processes and their costs: servers that end with this program, CPU time, memory, a private PostgreSQL, HTTP."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
# Brackets of transactions, which are no statements about data.
BRACKETS = {"BEGIN", "START", "COMMIT", "ROLLBACK", "SET", "SAVEPOINT", "RELEASE", "SHOW"}


def process_tree(pid):
    """Returns a process and everything below it, as lists of the fields of /proc/PID/stat after the name."""
    fields = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields[int(path.parent.name)] = path.read_text().rpartition(") ")[2].split()
    below, found = [pid], []
    while below:
        one = below.pop()
        found += [fields[one]] if one in fields else []
        below += [other for other, stat in fields.items() if int(stat[1]) == one]
    return found


def cpu_ms(pid):
    """Returns the CPU time of a process tree, with that of its children that have ended, in milliseconds."""
    return sum(int(ticks) for stat in process_tree(pid) for ticks in stat[11:15]) * 1000 / TICKS


def resident_mb(pid):
    """Returns the resident memory of a process tree. Memory that processes share counts once for each."""
    return sum(int(stat[21]) for stat in process_tree(pid)) * os.sysconf("SC_PAGE_SIZE") / 1e6


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(command, environment=()):
    """Runs a program to its end and returns its output; a failure ends this program."""
    done = subprocess.run([*map(str, command)], env={**os.environ, **dict(environment)}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


@contextlib.contextmanager
def running(command, log, environment, **options):
    """Runs a server until the end of the block, and no longer than this program."""
    with open(log, "ab") as out:
        # Also if this program is killed, its servers end.
        command = ["setpriv", "--pdeathsig", "TERM", *map(str, command)]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**os.environ, **environment}, **options
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ask(base, method, path, headers=None, body=None):
    """Sends one request; returns its status, its headers and its body."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc, timeout=120)
    with contextlib.closing(connection):
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def ask_json(base, method, path, header, body=None):
    """Sends JSON and returns JSON; anything but a success ends the program."""
    headers = dict([header]) if header else {}
    if body is not None:
        headers["Content-Type"], body = "application/json", json.dumps(body).encode()
    status, _, text = ask(base, method, path, headers, body)
    if not 200 <= status < 300:
        raise SystemExit(f"{method} {path}: {status} {text.decode()[:500]}")
    return json.loads(text)


def wait_until_answers(base, path, log, seconds=120):
    until = time.monotonic() + seconds
    while True:
        try:
            if ask(base, "GET", path)[0] < 500:
                return
        except OSError:
            pass
        if time.monotonic() > until:
            raise SystemExit(f"{base}{path} does not answer:\n{Path(log).read_text()[-2000:]}")
        time.sleep(0.05)


class Postgres:
    """A private cluster with durable settings, which ends with this program."""

    # tests/postgres turns off what tests do not need; a bureau needs it.
    DURABLE = [
        *["fsync=on", "full_page_writes=on", "synchronous_commit=on", "wal_level=replica", "autovacuum=on"],
        *["shared_buffers=256MB", "max_wal_size=2GB", "max_parallel_workers_per_gather=2"],
    ]

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="luyue-bench-postgres."))
        settings = [part for setting in self.DURABLE for part in ("-c", setting)]
        run([ROOT / "tests/postgres", self.folder, os.getpid(), *settings])
        self.pid = int((self.folder / "data/postmaster.pid").read_text().split()[0])

    def url(self, database):
        return f"postgres://luyue@/{database}?host={urllib.parse.quote(str(self.folder), safe='')}"

    def run(self, program, database, *arguments):
        return run([program, "-h", self.folder, "-U", "luyue", *arguments, database])

    def query(self, database, sql):
        return self.run("psql", database, "-XAtqc", sql).strip()

    @contextlib.contextmanager
    def logging(self, database):
        """Logs every statement within the block. Yields a function that returns how many came to a database since its last
        call. A peer on the same cluster may still be answering what the last load sent."""
        self.query("postgres", "ALTER SYSTEM SET log_line_prefix = '%d '")
        self.log_statements("all")
        with open(self.folder / "log", encoding="utf-8", errors="replace") as log:
            log.seek(0, os.SEEK_END)

            def count():
                words = re.findall(rf"^{database} LOG:  (?:statement|execute [^:]*): (\w+)", log.read(), re.MULTILINE)
                return sum(word.upper() not in BRACKETS for word in words)

            # What this program's own loads sent last.
            while count():
                time.sleep(0.5)
            yield count
        self.log_statements("none")

    def log_statements(self, which):
        self.query("postgres", f"ALTER SYSTEM SET log_statement = '{which}'")
        self.query("postgres", "SELECT pg_reload_conf()")
        while self.query("postgres", "SHOW log_statement") != which:
            time.sleep(0.05)

    def stop(self):
        """Asks the watcher of tests/postgres to stop the cluster and to remove its folder."""
        (self.folder / "stop").touch()
        for _ in range(100):
            if not self.folder.exists():
                return
            time.sleep(0.1)
        shutil.rmtree(self.folder, ignore_errors=True)
