"""Loads: wrk on one program, and what each request cost."""

import dataclasses
import json

from harness import machine

REPLAY = machine.ROOT / "benches/replay.lua"


@dataclasses.dataclass
class Result:
    """What a load did. CPU is in milliseconds a request, of the server and of PostgreSQL."""

    rate: float
    p50: float
    p99: float
    cpu: float
    database_cpu: float
    # Answers that were not 2xx, those of them that were 409, and connections that broke.
    failed: int
    conflicts: int
    broken: int

    @property
    def all_cpu(self):
        return self.cpu + self.database_cpu


class Meter:
    """Runs loads of some seconds each. `postgres` is the cluster whose CPU counts, or None."""

    def __init__(self, folder, seconds, postgres):
        self.file, self.seconds, self.postgres = folder / "requests", seconds, postgres
        self.number, self.drafts = 0, 0

    def next_draft(self):
        """Returns a number that no earlier draft has."""
        self.drafts += 1
        return self.drafts

    def measure(self, target, requests, connections, threads=1):
        lines = ["\t".join([method, path, ": ".join(header), body]) for method, path, header, body in requests]
        self.file.write_text("".join(f"{line}\n" for line in lines))
        self.number += 1_000_000
        before, database_before = self.cpu(target)
        arguments = [f"-t{threads}", f"-c{connections}", f"-d{self.seconds}s", "--timeout", "30s"]
        printed = machine.run(["wrk", *arguments, "-s", REPLAY, target.base, "--", self.file, self.number, threads])
        done = json.loads(printed.splitlines()[-1])
        after, database_after = self.cpu(target)
        count = max(1, done["requests"])
        return Result(
            rate=done["requests"] / done["seconds"],
            p50=done["p50"],
            p99=done["p99"],
            cpu=(after - before) / count,
            database_cpu=(database_after - database_before) / count,
            failed=done["failed"],
            conflicts=done["conflicts"],
            broken=done["broken"],
        )

    def cpu(self, target):
        return machine.cpu_ms(target.pid), machine.cpu_ms(self.postgres.pid) if self.postgres else 0
