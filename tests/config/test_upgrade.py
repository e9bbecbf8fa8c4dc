import pytest
from django.core.management import call_command

from teilhabe.vocabulary.models import Need


@pytest.mark.django_db
def test_bringing_the_database_up_to_date_loads_the_needs(capsys):
    call_command("upgrade", verbosity=0)
    assert Need.objects.filter(pk="kita-platz").exists()
    assert "needs and groups of needs written" in capsys.readouterr().out
