"""Luyue under measurement: loads the synthetic register, serves it, and knows the requests of each load."""

import contextlib
import datetime
import re
import time
import urllib.parse
from pathlib import Path

from harness import machine
from harness.target import LINES, OFFICER, REGIONS, STANDARD, Target, day_in

PASSWORD = "measured-on-this-machine"
# A word of many titles, two words, a number and a contractor.
SEARCHES = ["社会帮扶", "宣城市 上门走访", "HT2026-000199", "阳光社会工作"]
LISTS = {
    "list 50": ("/api/v1/contracts?limit=50", OFFICER),
    "list 50, state=active": ("/api/v1/contracts?limit=50&state=active", OFFICER),
    "work list of 200": ("/api/v1/worklist?limit=200", "reviewer-341800"),
    "/healthz, no database": ("/healthz", OFFICER),
}


class Luyue(Target):
    name = "Luyue"
    # Writes come last: they change what reads find.
    loads = ["read", *LISTS, "search", "create", "act"]

    def __init__(self, binary, folder, database_url):
        self.binary, self.database_url = binary, database_url
        self.environment = {
            "LUYUE_DATA": str(folder),
            "LUYUE_DATABASE_URL": database_url,
            "LUYUE_DEMO_PASSWORD": PASSWORD,
            # The people of the register have no one-time codes.
            "LUYUE_SECOND_FACTOR_ROLES": "",
            "LUYUE_PROOF_ABOVE": "off",
        }
        self.log = folder / "log"
        self.tokens = {}
        folder.mkdir()

    def load(self, contracts):
        """Loads the register; returns the seconds that it took."""
        begun = time.monotonic()
        machine.run([self.binary, "load", "--contracts", contracts], self.environment)
        return time.monotonic() - begun

    @contextlib.contextmanager
    def serving(self, *command):
        """Serves; by default without jobs, which would work on the loaded register at the same time."""
        address = f"127.0.0.1:{machine.free_port()}"
        self.base = f"http://{address}"
        command = [self.binary, *(command or ("serve", "--no-jobs")), "--listen", address]
        with machine.running(command, self.log, self.environment) as self.pid:
            machine.wait_until_answers(self.base, "/readyz", self.log)
            yield self

    def by(self, username):
        # A token lasts ten minutes.
        token, since = self.tokens.get(username, (None, 0))
        if token is None or time.monotonic() - since > 400:
            asked = {"username": username, "password": PASSWORD}
            token = machine.ask_json(self.base, "POST", "/api/v1/session", None, asked)["token"]
            self.tokens[username] = token, time.monotonic()
        return "Authorization", f"Bearer {token}"

    def get(self, username, path):
        return machine.ask_json(self.base, "GET", f"/api/v1/{path}", self.by(username))

    def learn(self):
        """Looks up what the loads refer to: contracts of all years, a contractor, an appropriation of each bureau."""
        this_year = datetime.date.today().year
        pages = [self.get(OFFICER, f"contracts?limit=100&year={year}") for year in range(2015, this_year + 2)]
        self.contracts = [contract["id"] for page in pages for contract in page["items"]]
        self.contractor = self.get(OFFICER, "contractors?limit=1")["items"][0]["credit_code"]
        self.appropriations = {}
        for region in REGIONS:
            found = self.get(f"reviewer-{region}", f"appropriations?year={this_year}&limit=200")["items"]
            own = [one for one in found if one["bureau"] == f"{region}-SF" and one["state"] == "approved"]
            # A small register has no contract, and so no money, of some bureaus this year.
            if own:
                self.appropriations[region] = own[0]["id"]
        self.regions = list(self.appropriations)

    def requests(self, load):
        """Returns the requests of a load: method, path, header, body."""
        if load == "create":
            return self.creations()
        if load == "read":
            return [("GET", f"/api/v1/contracts/{id}", self.by(OFFICER), "") for id in self.contracts]
        if load == "search":
            queries = [urllib.parse.quote(text) for text in SEARCHES]
            return [("GET", f"/api/v1/contracts?limit=50&q={query}", self.by(OFFICER), "") for query in queries]
        path, username = LISTS[load]
        return [("GET", path, self.by(username), "")]

    def contract(self, region):
        return {
            "number": "BENCH-#########",
            "title": "社区矫正社会工作服务",
            "purchaser": f"{region}-SF",
            "funder": f"{region}-CZ",
            "contractor": self.contractor,
            "regime": "below_threshold",
            "method": "竞争性磋商",
            "appropriation": self.appropriations[region],
            "details": {
                "items": {code: {"name": name, "unit": "次", "standard": STANDARD} for code, name in LINES.items()},
                "deliverables": {f"{code}-1": {"name": name} for code, name in LINES.items()},
                "milestones": {"M1": {"name": "价款"}},
                "clauses": {"LATE": {"name": "逾期提交"}},
            },
            "terms": {
                "amount": "500.00",
                "starts_on": day_in(0),
                "ends_on": day_in(180),
                "payment_from": "acceptance",
                "late_payment_daily_rate": "0.0005",
                "inspection_days": 10,
                "items": [{"code": code, "quantity": "1", "unit_price": "100.00"} for code in LINES],
                "deliverables": [
                    {"code": f"{code}-1", "item": code, "quantity": "1", "due_on": day_in(150)} for code in LINES
                ],
                "milestones": [
                    {
                        "code": "M1",
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
                        "grace_days": 2,
                        "daily_rate": "0.002",
                        "base": "deliverable",
                        "cap": "0.1",
                    }
                ],
            },
        }

    def cookie(self, username):
        """Signs a person in through the page; returns the header with the session."""
        cookies = {}

        def send(method, headers, body=None):
            sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), **headers}
            status, headers, text = machine.ask(self.base, method, "/sign-in", sent, body)
            cookies.update(re.match(r"([^=]+)=([^;]*)", line).groups() for line in headers.get_all("Set-Cookie", []))
            return status, text.decode()

        page = send("GET", {})[1]
        form = {"form": re.search(r'name="form" value="([^"]+)"', page)[1], "username": username, "password": PASSWORD}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.base}
        status, text = send("POST", headers, urllib.parse.urlencode(form))
        if status != 303:
            raise SystemExit(f"{username} cannot sign in: {status} {text[:500]}")
        return "Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())

    def bytes_on_disk(self, postgres):
        """Returns the size of the database; on PostgreSQL without that of an empty one."""
        if postgres:
            size = "SELECT pg_database_size(current_database()) - pg_database_size('template1')"
            return int(postgres.query("luyue", size))
        path = Path(self.database_url.removeprefix("sqlite://"))
        return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
