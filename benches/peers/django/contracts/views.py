"""Reads, lists, registers and acts on contracts."""

from django.db import transaction
from django.db.models import Sum
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from .models import Appropriation, Commitment, Contract, Event, Organisation, Seat
from .serializers import ContractRowSerializer, ContractSerializer, NewContractSerializer

# Each act: the role that may do it, the states it starts from, and the state it leads to.
ACTS = {
    "submit": ("officer", ("draft",), "submitted"),
    "fund": ("reviewer", ("submitted",), "funded"),
    "return": ("leader", ("funded",), "draft"),
}


class WrongState(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "the contract is in another state"


class ContractViewSet(mixins.CreateModelMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    lookup_field = "public_id"

    def get_serializer_class(self):
        return {"list": ContractRowSerializer, "create": NewContractSerializer}.get(self.action, ContractSerializer)

    def seat(self):
        return Seat.objects.select_related("organisation__region").get(user=self.request.user)

    def visible(self):
        """Contracts of the caller's bureau and of the regions under it."""
        organisation = self.seat().organisation
        below = Organisation.objects.filter(
            function=organisation.function, region__path__startswith=organisation.region.path
        )
        if organisation.function == "finance":
            return Contract.objects.filter(funder__in=below)
        return Contract.objects.filter(purchaser__in=below)

    def get_queryset(self):
        contracts = self.visible().select_related("purchaser", "contractor").order_by("-id")
        if self.action == "list":
            state = self.request.query_params.get("state")
            return contracts.filter(state=state) if state else contracts
        contracts = contracts.select_related("funder", "appropriation")
        return contracts.prefetch_related("items", "deliverables", "milestones", "breach_terms")

    def create(self, request, *args, **kwargs):
        if self.seat().role != "officer":
            raise PermissionDenied
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        contract = serializer.save()
        return Response(summary(contract), status=status.HTTP_201_CREATED)

    @action(detail=True, methods=["post"], url_path=r"actions/(?P<name>[a-z]+)")
    @transaction.atomic
    def act(self, request, public_id, name):
        role, before, after = ACTS[name]
        if self.seat().role != role:
            raise PermissionDenied
        contract = self.visible().select_for_update().filter(public_id=public_id).first()
        if contract is None or contract.state not in before:
            raise WrongState
        if name == "fund":
            commit(contract)
        if name == "return":
            Commitment.objects.filter(contract=contract, released=False).update(released=True)
        contract.state = after
        contract.version += 1
        contract.save(update_fields=["state", "version"])
        Event.objects.create(contract=contract, actor=request.user, action=name, body=request.data)
        return Response(summary(contract))


def commit(contract):
    """Commits the amount of a contract, if its appropriation still has it."""
    appropriation = Appropriation.objects.select_for_update().get(pk=contract.appropriation_id)
    open_commitments = Commitment.objects.filter(appropriation=appropriation, released=False)
    committed = open_commitments.aggregate(sum=Sum("amount"))["sum"] or 0
    if committed + contract.amount > appropriation.amount:
        raise ValidationError({"appropriation": "not enough is left"})
    Commitment.objects.create(appropriation=appropriation, contract=contract, amount=contract.amount)


def summary(contract):
    return {
        "id": contract.public_id,
        "number": contract.number,
        "state": contract.state,
        "version": contract.version,
    }
