"""Which centre the present work belongs to. Owned rows answer only inside a scope; outside one they raise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import models

if TYPE_CHECKING:
    from teilhabe.centres.models import Centre

_current: ContextVar[Centre | None] = ContextVar("centre", default=None)


class NoCentre(Exception):
    """An owned row was asked for outside any centre's scope."""


class ForeignCentre(Exception):
    """A row of one centre was to point at a row of another."""


@contextmanager
def in_centre(centre: Centre) -> Iterator[Centre]:
    """Everything inside belongs to `centre`."""
    token = _current.set(centre)
    try:
        yield centre
    finally:
        _current.reset(token)


def enter(centre: Centre | None) -> Any:
    """For a middleware: enter a scope; give what it returns to `leave`."""
    return _current.set(centre)


def leave(token: Any) -> None:
    _current.reset(token)


def current_centre() -> Centre:
    """The centre of the present scope; NoCentre outside one."""
    centre = _current.get()
    if centre is None:
        raise NoCentre("no centre in scope: work inside `with in_centre(centre):`")
    return centre


M = TypeVar("M", bound=models.Model)


class OwnedQuerySet(models.QuerySet[M]):
    """Rows of the centre in scope; written rows and what they point at must belong to it too."""

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[M]:
        objs = list(objs)
        check_ownership(objs)
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Any, fields: Any, *args: Any, **kwargs: Any) -> int:
        objs = list(objs)
        check_ownership(objs)
        return super().bulk_update(objs, fields, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        for name, value in kwargs.items():
            if isinstance(value, models.Model) and hasattr(value, "centre_id"):
                _refuse_foreign(self.model, name, value.centre_id)
        return super().update(**kwargs)


class OwnedManager(models.Manager[M], Generic[M]):
    """Answers for the centre in scope, raises outside one. Default and base manager of every owned model."""

    queryset_class: type[OwnedQuerySet[Any]] = OwnedQuerySet

    def get_queryset(self) -> OwnedQuerySet[M]:
        return self.queryset_class(self.model, using=self._db).filter(centre=current_centre())

    @classmethod
    def speaking(cls, queryset_class: type[OwnedQuerySet[Any]]) -> Any:
        """This manager with the methods of `queryset_class`."""
        manager_class = cls.from_queryset(queryset_class, f"{queryset_class.__name__}Manager")
        manager_class.queryset_class = queryset_class
        return manager_class()


def check_ownership(rows: list[Any]) -> None:
    """Raise ForeignCentre unless every row, and every owned row it points at, belongs to the centre in scope."""
    if not rows:
        return
    centre = current_centre()
    model = type(rows[0])
    for row in rows:
        if row.centre_id is None:
            row.centre = centre
        _refuse_foreign(model, "centre", row.centre_id)
    for field in owned_references(model):
        cached, keys = [], set()
        for row in rows:
            key = getattr(row, field.attname)
            if key is None:
                continue
            if field.is_cached(row):
                cached.append(getattr(row, field.name))
            else:
                keys.add(key)
        for target in cached:
            _refuse_foreign(model, field.name, target.centre_id)
        if keys:
            found = field.related_model._default_manager.filter(pk__in=keys).count()
            if found != len(keys):
                raise ForeignCentre(f"{model.__name__}.{field.name} points outside centre {centre.slug}")


def owned_references(model: type[models.Model]) -> list[Any]:
    """The foreign keys of `model` that point at owned models."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, _owned_base())
    ]


def _owned_base() -> type[models.Model]:
    from teilhabe.centres.models import OwnedModel

    return OwnedModel


def _refuse_foreign(model: type[models.Model], name: str, centre_id: Any) -> None:
    centre = current_centre()
    if centre_id != centre.pk:
        raise ForeignCentre(f"{model.__name__}.{name} belongs to another centre than {centre.slug}")
