"""The floor: what the engines do below any server, in the smallest steps that the loads are made of."""

import random
import re
import sqlite3
import time

from harness import machine


def measure(postgres, folder, seconds):
    """Returns rate and CPU in milliseconds of key reads and of one-row commits, by name."""
    if postgres:
        return {
            "key reads, pgbench c = 16": pgbench(
                postgres, seconds, 16, r"\set id random(1, 1000)", "SELECT * FROM contracts WHERE id = :id;"
            ),
            **{
                f"one-row commits, pgbench c = {clients}": pgbench(
                    postgres, seconds, clients, "INSERT INTO floor (body) VALUES ('a row of a hundred characters');"
                )
                for clients in (1, 16)
            },
        }
    return {
        "key reads, one thread": read_keys(folder / "luyue.db", seconds),
        "one-row commits, one thread": commit_rows(folder / "floor.db", seconds),
    }


def pgbench(postgres, seconds, clients, *script):
    postgres.query("luyue", "CREATE TABLE IF NOT EXISTS floor (id bigserial PRIMARY KEY, body text)")
    file = postgres.folder / "floor.sql"
    file.write_text("\n".join(script))
    before = machine.cpu_ms(postgres.pid)
    options = ["-n", "-M", "prepared", "-c", clients, "-j", 1, "-T", seconds, "-f", file]
    printed = postgres.run("pgbench", "luyue", *options)
    used = machine.cpu_ms(postgres.pid) - before
    count = int(re.search(r"actually processed: (\d+)", printed)[1])
    return float(re.search(r"tps = ([\d.]+)", printed)[1]), used / count


def read_keys(database, seconds):
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    keys = [key for (key,) in connection.execute("SELECT public_id FROM contracts LIMIT 1000")]
    random.shuffle(keys)

    def read(turn):
        connection.execute("SELECT * FROM contracts WHERE public_id = ?", (keys[turn % len(keys)],)).fetchone()

    return repeat(read, seconds)


def commit_rows(database, seconds):
    connection = sqlite3.connect(database, isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE floor (body TEXT)")
    return repeat(lambda _: connection.execute("INSERT INTO floor VALUES ('a row of a hundred characters')"), seconds)


def repeat(work, seconds):
    begun, used, count = time.monotonic(), time.process_time(), 0
    while time.monotonic() - begun < seconds:
        work(count)
        count += 1
    return count / (time.monotonic() - begun), 1000 * (time.process_time() - used) / count
