"""Writes a register into an empty database, and prints what a client must know as JSON."""

import json
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import transaction
from rest_framework.authtoken.models import Token

from contracts.models import (
    Appropriation,
    BreachTerm,
    Commitment,
    Contract,
    Deliverable,
    Event,
    Item,
    Milestone,
    Organisation,
    Region,
    Seat,
)

REGIONS = ["341800", "341802", "341821", "341823", "341824", "341825", "341881", "341882"]
BUREAUS = ["SF", "MZ", "RS", "JY"]
STATES = ["closed", "closed", "closed", "active", "active", "completed", "funded", "draft"]
BATCH = 5_000


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--contracts", type=int, required=True)

    def handle(self, *args, contracts, **options):
        with transaction.atomic():
            desks, people = self.write_city()
        for start in range(0, contracts, BATCH):
            with transaction.atomic():
                self.write_contracts(desks, range(start, min(start + BATCH, contracts)))
        tokens = {name: Token.objects.create(user=user).key for name, user in people.items()}
        seen = Contract.objects.filter(purchaser__function="SF").order_by("id")
        step = max(1, seen.count() // 800)
        ids = [str(public_id) for public_id in seen.values_list("public_id", flat=True)[::step]]
        appropriations = {a.bureau.code: str(a.public_id) for a in Appropriation.objects.select_related("bureau")}
        self.stdout.write(json.dumps({"tokens": tokens, "contracts": ids, "appropriations": appropriations}))

    def write_city(self):
        self.contractors = [
            Organisation.objects.create(code=f"C{n:04}", name=f"宣城第 {n} 社会工作服务中心", function="contractor")
            for n in range(100)
        ]
        desks, people = [], {}

        def person(name, organisation, role):
            people[name] = User.objects.create(username=name)
            Seat.objects.create(user=people[name], organisation=organisation, role=role)
            return people[name]

        for code in REGIONS:
            path = "/341800/" if code == "341800" else f"/341800/{code}/"
            region = Region.objects.create(code=code, name=f"区域{code}", path=path)
            finance = Organisation.objects.create(code=f"{code}-CZ", name="财政局", function="finance", region=region)
            person(f"reviewer-{code}", finance, "reviewer")
            for suffix in BUREAUS:
                bureau = Organisation.objects.create(
                    code=f"{code}-{suffix}", name=f"{code}局", function=suffix, region=region
                )
                officer = person(f"officer-{code}-{suffix.lower()}", bureau, "officer")
                person(f"leader-{code}-{suffix.lower()}", bureau, "leader")
                appropriation = Appropriation.objects.create(
                    bureau=bureau, year=date.today().year, line="2040607", amount=Decimal(10) ** 12
                )
                desks.append((bureau, finance, appropriation, officer))
        return desks, people

    def write_contracts(self, desks, numbers):
        contracts = []
        for n in numbers:
            purchaser, funder, appropriation, officer = desks[n % len(desks)]
            starts_on = date.today() - timedelta(days=n % 1500)
            contracts.append(
                Contract(
                    number=f"HT-{n:07}",
                    title=f"第 {n} 号服务合同",
                    purchaser=purchaser,
                    funder=funder,
                    contractor=self.contractors[n % 97],
                    appropriation=appropriation,
                    regime="below_threshold",
                    method="竞争性磋商",
                    state=STATES[n // len(desks) % len(STATES)],
                    amount=270_000,
                    starts_on=starts_on,
                    ends_on=starts_on + timedelta(days=210),
                    created_by=officer,
                )
            )
        contracts = Contract.objects.bulk_create(contracts)
        lines = {model: [] for model in (Item, Deliverable, Milestone, BreachTerm, Commitment, Event)}
        for contract in contracts:
            lines[Item].append(
                Item(
                    contract=contract,
                    code="AID",
                    name="社会帮扶",
                    unit="人次",
                    standard="宣司〔2017〕43号",
                    quantity=900,
                    unit_price=300,
                )
            )
            for part in (1, 2, 3):
                lines[Deliverable].append(
                    Deliverable(
                        contract=contract,
                        code=f"AID-{part}",
                        item="AID",
                        name=f"第 {part} 期社会帮扶",
                        quantity=300,
                        due_on=contract.starts_on + timedelta(days=66 * part),
                    )
                )
                lines[Milestone].append(
                    Milestone(
                        contract=contract,
                        code=f"M{part}",
                        name=f"第 {part} 期款",
                        amount=90_000,
                        requires=[f"AID-{part}"],
                        payment_days=30,
                    )
                )
                lines[BreachTerm].append(
                    BreachTerm(
                        contract=contract,
                        code=f"B{part}",
                        kind="late_delivery",
                        severity="minor",
                        parameters={"grace_days": 2, "daily_rate": "0.002", "cap": "0.1"},
                    )
                )
            if contract.state != "draft":
                lines[Commitment].append(
                    Commitment(
                        contract=contract,
                        appropriation_id=contract.appropriation_id,
                        amount=contract.amount,
                        released=contract.state == "closed",
                    )
                )
            for action in ("create", "submit", "fund"):
                lines[Event].append(Event(contract=contract, actor_id=contract.created_by_id, action=action))
        for model, rows in lines.items():
            model.objects.bulk_create(rows, batch_size=2_000)
