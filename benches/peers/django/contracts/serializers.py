"""Contracts as JSON: in lists, whole, and as they are registered."""

from django.db import transaction
from rest_framework import serializers

from .models import Appropriation, BreachTerm, Contract, Deliverable, Event, Item, Milestone, Organisation


class OrganisationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Organisation
        fields = ["code", "name"]


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        exclude = ["id", "contract"]


class DeliverableSerializer(serializers.ModelSerializer):
    class Meta:
        model = Deliverable
        exclude = ["id", "contract"]


class MilestoneSerializer(serializers.ModelSerializer):
    class Meta:
        model = Milestone
        exclude = ["id", "contract"]


class BreachTermSerializer(serializers.ModelSerializer):
    class Meta:
        model = BreachTerm
        exclude = ["id", "contract"]


class ContractRowSerializer(serializers.ModelSerializer):
    """A contract in a list."""

    id = serializers.UUIDField(source="public_id")
    purchaser = OrganisationSerializer()
    contractor = OrganisationSerializer()

    class Meta:
        model = Contract
        fields = ["id", "number", "title", "state", "amount", "starts_on", "ends_on", "purchaser", "contractor"]


class ContractSerializer(ContractRowSerializer):
    """A whole contract."""

    funder = OrganisationSerializer()
    appropriation = serializers.SlugRelatedField(slug_field="public_id", read_only=True)
    items = ItemSerializer(many=True)
    deliverables = DeliverableSerializer(many=True)
    milestones = MilestoneSerializer(many=True)
    breach_terms = BreachTermSerializer(many=True)

    class Meta:
        model = Contract
        fields = [
            *ContractRowSerializer.Meta.fields,
            *["version", "regime", "method", "funder", "appropriation"],
            *["items", "deliverables", "milestones", "breach_terms"],
        ]


class NewContractSerializer(serializers.ModelSerializer):
    """A contract to register, with its lines."""

    purchaser = serializers.SlugRelatedField(slug_field="code", queryset=Organisation.objects)
    funder = serializers.SlugRelatedField(slug_field="code", queryset=Organisation.objects)
    contractor = serializers.SlugRelatedField(slug_field="code", queryset=Organisation.objects)
    appropriation = serializers.SlugRelatedField(slug_field="public_id", queryset=Appropriation.objects)
    items = ItemSerializer(many=True)
    deliverables = DeliverableSerializer(many=True)
    milestones = MilestoneSerializer(many=True)
    breach_terms = BreachTermSerializer(many=True)

    class Meta:
        model = Contract
        fields = [
            *["number", "title", "purchaser", "funder", "contractor", "appropriation", "regime", "method", "amount"],
            *["starts_on", "ends_on", "items", "deliverables", "milestones", "breach_terms"],
        ]

    def validate(self, data):
        if sum(item["quantity"] * item["unit_price"] for item in data["items"]) != data["amount"]:
            raise serializers.ValidationError({"amount": "the items have another sum"})
        if sum(milestone["amount"] for milestone in data["milestones"]) != data["amount"]:
            raise serializers.ValidationError({"amount": "the milestones have another sum"})
        return data

    @transaction.atomic
    def create(self, data):
        lines = [(model, data.pop(name)) for name, model in LINES]
        contract = Contract.objects.create(created_by=self.context["request"].user, **data)
        for model, rows in lines:
            model.objects.bulk_create([model(contract=contract, **row) for row in rows])
        Event.objects.create(contract=contract, actor=contract.created_by, action="create")
        return contract


LINES = [("items", Item), ("deliverables", Deliverable), ("milestones", Milestone), ("breach_terms", BreachTerm)]
