"""The parts of a cluster on one machine: PostgreSQL with its standby, PgBouncer, HAProxy, a file store, Luyue's nodes."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from harness import machine

ROOT = Path(__file__).resolve().parents[2]
SECRET = "kY3v-8Qm2_xT7wRz0aLnB5cHdJ9fGpSu1eVoXi4"
NODES = {"serve-1": "serve", "serve-2": "serve", "jobs-1": "jobs", "jobs-2": "jobs"}
MOTO = "moto[s3,server]==5.2.5"


def find(program):
    """Returns the path of a program; Debian keeps some outside the path of ordinary users."""
    postgres = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return shutil.which(program, path=os.pathsep.join([os.environ["PATH"], "/usr/sbin", *map(str, postgres)]))


def unprivileged():
    """Returns what runs a command as another user, because neither PostgreSQL nor PgBouncer runs as root."""
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def post(luyue, who, path, body, key, report):
    """Posts JSON, or a delivered file for a body of None; returns status and answer, None where there was none."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    data = json.dumps(body).encode()
    if body is None:
        headers["Content-Type"] = "multipart/form-data; boundary=edge"
        head = "--edge\r\nContent-Disposition: form-data; name=\"quantity\"\r\n\r\n1\r\n--edge\r\nContent-Disposition: "
        head += "form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\n"
        data = head.encode() + report + b"\r\n--edge--\r\n"
    try:
        headers |= dict([luyue.by(who)])
        status, _, text = machine.ask(luyue.base, "POST", f"/api/v1/{path}", headers, data)
        return status, json.loads(text)
    # No connection, half an answer, a page of the proxy, or nobody who signs in.
    except (OSError, machine.http.client.HTTPException, SystemExit):
        return None
    except ValueError:
        return status, None


def check(binary, cluster):
    environment = {**os.environ, **cluster.settings("check"), "LUYUE_DATABASE_URL": cluster.direct_url()}
    done = subprocess.run([binary, "check", "--json"], env=environment, capture_output=True, text=True)
    return json.loads(done.stdout)


class Cluster:
    """All parts in one folder; they end with the block that uses it."""

    def __init__(self, binary, folder, s3):
        self.binary, self.folder, self.s3 = binary, folder, s3
        self.stack = contextlib.ExitStack()
        self.ports = {name: machine.free_port() for name in [*NODES, "proxy", "pooler", "store"]}
        self.base = f"http://127.0.0.1:{self.ports['proxy']}"
        self.primary, self.running = "first", {}
        self.store = {}

    def __enter__(self):
        self.folder.chmod(0o755)
        for name in ("first", "second", "pooler", "files"):
            (self.folder / name).mkdir(mode=0o700)
            if os.getuid() == 0 and name != "files":
                shutil.chown(self.folder / name, "postgres", "postgres")
        self.start_postgres()
        self.start_pooler()
        if self.s3:
            self.start_store()
        return self

    def __exit__(self, *_):
        for name in list(self.running):
            self.kill(name)
        self.stack.close()
        for name in ("first", "second"):
            self.control(name, "stop", "-m", "immediate", check=False)

    # PostgreSQL: two clusters, each with its socket in its own folder.

    def control(self, name, *arguments, check=True):
        folder = self.folder / name
        command = [*unprivileged(), find("pg_ctl"), "-D", folder / "data", "-w", "-l", folder / "log", *arguments]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        done = subprocess.run([*map(str, command)], cwd=folder, **quiet)
        if check and done.returncode:
            raise SystemExit(f"{command}\n{(folder / 'log').read_text()[-2000:]}")

    def query(self, name, sql):
        command = ["psql", "-h", self.folder / name, "-U", "luyue", "-XAtqc", sql, "postgres"]
        return machine.run([*unprivileged(), *command])

    def start_postgres(self):
        first, second = self.folder / "first", self.folder / "second"
        os.environ["LC_ALL"] = "C.UTF-8"
        machine.run([*unprivileged(), find("initdb"), "-D", first / "data", "-U", "luyue", "--auth=trust", "--no-sync"])
        settings = "listen_addresses='' max_connections=100 wal_level=replica max_wal_senders=5 synchronous_commit=on"
        with open(first / "data/postgresql.conf", "a") as file:
            file.write("\n".join(settings.split()) + "\n")
        sockets = lambda name: ("-o", f"-c unix_socket_directories={self.folder / name}")  # noqa: E731
        self.control("first", *sockets("first"), "start")
        self.query("first", "CREATE DATABASE luyue")
        source = f"host={first} user=luyue application_name=standby"
        copy = [find("pg_basebackup"), "-d", source, "-D", second / "data", "-R", "-X", "stream", "-c", "fast"]
        machine.run([*unprivileged(), *copy])
        self.control("second", *sockets("second"), "start")
        # Only once there is a standby: every commit waits until it has it on disk.
        self.query("first", "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        self.query("first", "SELECT pg_reload_conf()")
        while self.query("first", "SELECT sync_state FROM pg_stat_replication").strip() != "sync":
            time.sleep(0.1)

    def promote(self):
        """Stops the primary at once and lets the standby take its place, also for PgBouncer."""
        self.control("first", "stop", "-m", "immediate")
        self.control("second", "promote")
        self.primary = "second"
        self.write_pooler()
        self.pooler_command("RELOAD")

    def direct_url(self):
        return f"postgres://luyue@/luyue?host={str(self.folder / self.primary).replace('/', '%2F')}"

    # PgBouncer.

    def write_pooler(self):
        folder = self.folder / "pooler"
        (folder / "users").write_text('"luyue" ""\n')
        (folder / "ini").write_text(
            f"[databases]\nluyue = host={self.folder / self.primary} dbname=luyue user=luyue\n[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {self.ports['pooler']}\nunix_socket_dir =\nauth_type = trust\n"
            f"auth_file = {folder / 'users'}\nadmin_users = luyue\npool_mode = transaction\ndefault_pool_size = 20\n"
            f"server_login_retry = 1\nlogfile = {folder / 'log'}\n"
        )

    def start_pooler(self):
        self.write_pooler()
        # The servers of PostgreSQL are asked as the user that may enter their folders.
        self.start_program("pooler", [*unprivileged(), find("pgbouncer"), self.folder / "pooler/ini"])

    def pooler_command(self, command):
        machine.run(["psql", "-h", "127.0.0.1", "-p", self.ports["pooler"], "-U", "luyue", "-XAtqc", command, "pgbouncer"])

    # HAProxy.

    def start_proxy(self):
        servers = "".join(
            f"  server {name} 127.0.0.1:{self.ports[name]} check inter 500 fall 1 rise 1\n"
            for name, command in NODES.items()
            if command == "serve"
        )
        (self.folder / "proxy.cfg").write_text(
            "defaults\n  mode http\n  timeout connect 2s\n  timeout client 30s\n  timeout server 30s\n"
            # Only before a request is sent: a client repeats it itself, under its key.
            "  option redispatch\n  retries 2\n  retry-on conn-failure\n"
            f"listen luyue\n  bind 127.0.0.1:{self.ports['proxy']}\n  option httpchk GET /healthz\n{servers}"
        )
        self.start_program("proxy", [find("haproxy"), "-f", self.folder / "proxy.cfg"])
        machine.wait_until_answers(self.base, "/readyz", self.folder / "proxy.log")

    # The file store.

    def start_store(self):
        folder = ROOT / "target/moto"
        if not (folder / "bin/moto_server").exists():
            machine.run([sys.executable, "-m", "venv", folder])
            machine.run([folder / "bin/pip", "install", "--quiet", MOTO])
        endpoint = f"http://127.0.0.1:{self.ports['store']}"
        self.start_program("store", [folder / "bin/moto_server", "-p", self.ports["store"]])
        machine.wait_until_answers(endpoint, "/", self.folder / "store.log")
        machine.ask(endpoint, "PUT", "/luyue")
        self.store = {
            "LUYUE_FILES_URL": "s3://luyue",
            "AWS_ENDPOINT": endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "luyue",
            "AWS_SECRET_ACCESS_KEY": "luyue",
            "AWS_REGION": "us-east-1",
        }

    # Luyue.

    def settings(self, name):
        return {
            "LUYUE_DATA": str(self.folder / name),
            "LUYUE_FILES_URL": f"file://{self.folder}/files",
            "LUYUE_SECRET": SECRET,
            "LUYUE_SECOND_FACTOR_ROLES": "",
            "LUYUE_PROOF_ABOVE": "off",
            "RUST_LOG": "warn",
            **self.store,
        }

    def start_all(self):
        for name in NODES:
            self.start(name)
        self.start_proxy()

    def start(self, name):
        pooler = f"postgres://luyue@127.0.0.1:{self.ports['pooler']}/luyue"
        settings = {**self.settings(name), "LUYUE_DATABASE_URL": pooler, "LUYUE_DATABASE_POOLER": "true"}
        serve = ["serve", "--no-jobs", "--listen", f"127.0.0.1:{self.ports[name]}"]
        command = serve if NODES[name] == "serve" else ["jobs"]
        self.start_program(name, [self.binary, *command], settings)

    def start_program(self, name, command, environment=None):
        with open(self.folder / f"{name}.log", "ab") as log:
            command = ["setpriv", "--pdeathsig", "KILL", *map(str, command)]
            environment = {**os.environ, **(environment or {})}
            self.running[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=self.folder
            )

    def kill(self, name):
        process = self.running.pop(name)
        process.kill()
        process.wait()
