"""The peer under measurement: the Django project in benches/peers/django, as a person would deploy it."""

import contextlib
import json
import sys
import time

from harness import machine
from harness.target import LINES, OFFICER, STANDARD, Target, day_in

# A page has fifty rows.
LISTS = {"list 50": "/api/v1/contracts", "list 50, state=active": "/api/v1/contracts?state=active"}
PEERS = machine.ROOT / "benches/peers"
PROJECT = PEERS / "django"


def install(folder):
    """Installs the peers from PyPI, once for each set of versions; returns the folder of their programs."""
    wanted = "".join((PEERS / name / "requirements.txt").read_text() for name in ("django", "typst"))
    installed, requirements = folder / "installed.txt", folder / "requirements.txt"
    if not installed.exists() or installed.read_text() != wanted:
        machine.run([sys.executable, "-m", "venv", "--clear", folder])
        requirements.write_text(wanted)
        machine.run([folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements])
        requirements.rename(installed)
    return folder / "bin"


class Peer(Target):
    name = "Django"
    loads = ["read", *LISTS, "create", "act"]

    def __init__(self, programs, folder, postgres):
        self.programs = programs
        self.environment = {"PYTHONDONTWRITEBYTECODE": "1", "PEER_DATABASE": str(folder / "peer.db")}
        if postgres:
            postgres.query("postgres", "CREATE DATABASE peer")
            self.environment |= {"PEER_DATABASE": "peer", "PEER_DATABASE_HOST": str(postgres.folder)}
        self.log = folder / "log"
        folder.mkdir()

    def load(self, contracts):
        """Writes its register; returns the seconds that it took."""
        begun = time.monotonic()
        manage = [self.programs / "python", PROJECT / "manage.py"]
        machine.run([*manage, "migrate", "-v0"], self.environment)
        self.known = json.loads(machine.run([*manage, "seed", "--contracts", contracts], self.environment))
        return time.monotonic() - begun

    @contextlib.contextmanager
    def serving(self):
        address = f"127.0.0.1:{machine.free_port()}"
        self.base = f"http://{address}"
        command = [self.programs / "gunicorn", "--workers", "2", "--threads", "4", "--bind", address, "peer.wsgi"]
        with machine.running(command, self.log, self.environment, cwd=PROJECT) as self.pid:
            machine.wait_until_answers(self.base, "/api/v1/contracts", self.log)
            yield self

    def by(self, username):
        return "Authorization", f"Token {self.known['tokens'][username]}"

    def requests(self, load):
        """Returns the requests of a load: method, path, header, body."""
        if load == "create":
            return self.creations()
        if load == "read":
            return [("GET", f"/api/v1/contracts/{id}", self.by(OFFICER), "") for id in self.known["contracts"]]
        return [("GET", LISTS[load], self.by(OFFICER), "")]

    def contract(self, region):
        return {
            "number": "BENCH-#########",
            "title": "社区矫正社会工作服务",
            "purchaser": f"{region}-SF",
            "funder": f"{region}-CZ",
            "contractor": "C0001",
            "regime": "below_threshold",
            "method": "竞争性磋商",
            "appropriation": self.known["appropriations"][f"{region}-SF"],
            "amount": "500.00",
            "starts_on": day_in(0),
            "ends_on": day_in(180),
            "items": [
                {
                    "code": code,
                    "name": name,
                    "unit": "次",
                    "standard": STANDARD,
                    "quantity": "1",
                    "unit_price": "100.00",
                }
                for code, name in LINES.items()
            ],
            "deliverables": [
                {"code": f"{code}-1", "item": code, "name": name, "quantity": "1", "due_on": day_in(150)}
                for code, name in LINES.items()
            ],
            "milestones": [
                {
                    "code": "M1",
                    "name": "价款",
                    "amount": "500.00",
                    "requires": [f"{code}-1" for code in LINES],
                    "payment_days": 30,
                }
            ],
            "breach_terms": [
                {
                    "code": "LATE",
                    "kind": "late_delivery",
                    "severity": "minor",
                    "parameters": {"grace_days": 2, "daily_rate": "0.002", "base": "deliverable", "cap": "0.1"},
                }
            ],
        }
