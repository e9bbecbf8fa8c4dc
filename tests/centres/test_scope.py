"""Owned rows answer only inside their centre's scope."""

import pytest

from teilhabe.centres.scope import ForeignCentre, NoCentre, in_centre
from teilhabe.organisations.models import Organisation
from tests.factories import make_offer, make_organisation


@pytest.mark.django_db
def test_outside_a_scope_nothing_answers():
    with pytest.raises(NoCentre):
        list(Organisation.objects.all())


def test_rows_of_another_centre_stay_unseen(centre, other_centre):
    mine = make_organisation("Meins")
    with in_centre(other_centre):
        theirs = make_organisation("Ihres")
        assert list(Organisation.objects.all()) == [theirs]
    assert list(Organisation.objects.all()) == [mine]


def test_a_row_cannot_point_at_another_centres_row(centre, other_centre):
    with in_centre(other_centre):
        theirs = make_organisation("Ihres")
    with pytest.raises(ForeignCentre):
        make_offer(organisation=theirs)
