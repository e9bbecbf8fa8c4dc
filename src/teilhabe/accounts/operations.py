"""Deeds on accounts."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record


@transaction.atomic
def open_account(email: str, name: str = "", *, by: User | None) -> User:
    """The account of that address, made when new; without a password until its owner sets one (`password_link`).

    The address counts as confirmed: whoever opens the account vouches for it, and hands the link over.
    """
    known = User.objects.filter(email=email.casefold()).first()
    if known:
        return known
    user = User.objects.create_user(email, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    record("account.opened", user, by=by)
    return user


def password_link(user: User) -> str:
    """The path under which `user` sets a password, once and within PASSWORD_RESET_TIMEOUT."""
    key = default_token_generator.make_token(user)
    path: str = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return path


def set_language(user: User, language: str) -> None:
    """In which language somebody reads the pages of the office."""
    user.language = language
    user.save(update_fields=["language"])
