"""The tables of contracts: who, what was agreed, what happened, what is committed."""

import uuid

from django.conf import settings
from django.db import models


class Region(models.Model):
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=100)
    path = models.CharField(max_length=100, db_index=True)


class Organisation(models.Model):
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    function = models.CharField(max_length=32)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT)


class Seat(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    role = models.CharField(max_length=16)


class Appropriation(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    bureau = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    year = models.IntegerField()
    line = models.CharField(max_length=100)
    amount = models.DecimalField(max_digits=16, decimal_places=2)


class Contract(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    number = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    purchaser = models.ForeignKey(Organisation, related_name="+", on_delete=models.PROTECT)
    funder = models.ForeignKey(Organisation, related_name="+", on_delete=models.PROTECT)
    contractor = models.ForeignKey(Organisation, related_name="+", on_delete=models.PROTECT)
    appropriation = models.ForeignKey(Appropriation, null=True, on_delete=models.PROTECT)
    regime = models.CharField(max_length=32)
    method = models.CharField(max_length=64)
    state = models.CharField(max_length=16, default="draft")
    version = models.IntegerField(default=1)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    starts_on = models.DateField()
    ends_on = models.DateField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["purchaser", "state", "-id"]),
            models.Index(fields=["funder", "state", "-id"]),
        ]


class Item(models.Model):
    contract = models.ForeignKey(Contract, related_name="items", on_delete=models.CASCADE)
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    unit = models.CharField(max_length=16)
    standard = models.CharField(max_length=100)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit_price = models.DecimalField(max_digits=14, decimal_places=2)


class Deliverable(models.Model):
    contract = models.ForeignKey(Contract, related_name="deliverables", on_delete=models.CASCADE)
    code = models.CharField(max_length=32)
    item = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    due_on = models.DateField()


class Milestone(models.Model):
    contract = models.ForeignKey(Contract, related_name="milestones", on_delete=models.CASCADE)
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    requires = models.JSONField()
    payment_days = models.IntegerField()


class BreachTerm(models.Model):
    contract = models.ForeignKey(Contract, related_name="breach_terms", on_delete=models.CASCADE)
    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    severity = models.CharField(max_length=16)
    parameters = models.JSONField()


class Commitment(models.Model):
    appropriation = models.ForeignKey(Appropriation, on_delete=models.PROTECT)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    released = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["appropriation", "released"])]


class Event(models.Model):
    contract = models.ForeignKey(Contract, related_name="events", on_delete=models.PROTECT)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    action = models.CharField(max_length=32)
    at = models.DateTimeField(auto_now_add=True)
    body = models.JSONField(default=dict)
