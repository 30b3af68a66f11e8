"""Addresses, as Luyue has them."""

from django.urls import include, path
from rest_framework.routers import DefaultRouter

from contracts.views import ContractViewSet

router = DefaultRouter(trailing_slash=False)
router.register("contracts", ContractViewSet, basename="contract")
urlpatterns = [path("api/v1/", include(router.urls))]
