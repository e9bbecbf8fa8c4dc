"""What other formats say of a record beyond what the record itself can hold."""

from __future__ import annotations

from django.db import models

from teilhabe.centres.models import OwnedModel
from teilhabe.directory.models import Offer


class HsdsRest(OwnedModel):
    """The part of an HSDS service that an offer has no field for; it is given out again with the offer."""

    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, related_name="hsds_rest")
    record = models.JSONField(default=dict)  # shaped as in hsds.shapes

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.offer_id)
