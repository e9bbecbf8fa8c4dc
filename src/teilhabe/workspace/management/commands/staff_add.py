from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from teilhabe.accounts.operations import open_account, password_link
from teilhabe.centres.models import Centre, Membership
from teilhabe.centres.operations import grant_role
from teilhabe.centres.scope import in_centre
from teilhabe.core.text import clean


class Command(BaseCommand):
    help = "Give a person a role at a centre, and an account when they have none; prints a link to set a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--centre", required=True, help="slug of the centre")
        parser.add_argument("--role", default=Membership.Role.EDITOR, choices=Membership.Role.values)
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        centre = Centre.objects.filter(slug=options["centre"]).first()
        if centre is None:
            known = ", ".join(Centre.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no centre {options['centre']!r}; there are: {known}.")
        try:
            validate_email(options["email"])
        except ValidationError as fault:
            raise CommandError(f"{options['email']!r} is no e-mail address.") from fault
        user = open_account(options["email"], clean(options["name"], 120), by=None)
        with in_centre(centre):
            grant_role(user, options["role"], by=None, centre=centre)
        self.stdout.write(f"{user.email} works at {centre.slug} as {options['role']}")
        if not user.has_usable_password():
            self.stdout.write(f"set a password once, within 3 days: http://HOST-OF-THE-CENTRE{password_link(user)}")
