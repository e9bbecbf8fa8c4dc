"""What the centre explains: guide pages in a tree, each with its texts, addresses, contacts and documents."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teilhabe.centres.models import OwnedModel
from teilhabe.centres.scope import OwnedManager, OwnedQuerySet
from teilhabe.organisations.models import Organisation, Person
from teilhabe.vocabulary.models import Need


class PageQuerySet(OwnedQuerySet["Page"]):
    def with_details(self) -> PageQuerySet:
        """Everything a page shows beside its texts."""
        return self.select_related("publication").prefetch_related(
            "attachments",
            models.Prefetch("page_needs", PageNeed.objects.select_related("need")),
            models.Prefetch("contacts", PageContact.objects.select_related("organisation", "person")),
        )


class Page(OwnedModel):
    """One guide page; its other languages stand in `translation`, its content is sanitised (editorial.markup).

    The tree is `parent` and `position`, not a materialised path of django-treebeard: treebeard's paths are unique over
    the whole table, and it looks for the next free one with the default manager, which sees one centre only: the first
    pages of two centres would get the same path. A centre has some hundred pages; their tree is read in one query.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    position = models.PositiveIntegerField(default=0)  # among its siblings
    title = models.CharField(_("Titel"), max_length=300)
    content = models.TextField(blank=True)  # HTML; a link to another page is href="page:<id of the page>"
    language = models.CharField(max_length=8, default="de")  # of the texts above
    source_id = models.CharField(max_length=120, blank=True)  # that of the source language; all stand in `sources`
    source_digest = models.CharField(max_length=32, blank=True)  # of the place in the tree that the source gave it
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)  # moves with a text in any language, too

    objects: ClassVar[Any] = OwnedManager.speaking(PageQuerySet)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="editorial_page_not_in_itself"),
        ]

    def __str__(self) -> str:
        return self.title


class PagePublication(OwnedModel):
    """Its existence is the state: who put the page before the public, and when."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="publication")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField(default=timezone.now)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.page_id} {self.published_at:%Y-%m-%d}"


class PageSlug(OwnedModel):
    """The part of an address that names a page in one language, now or (`retired_at`) once: old addresses lead on."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="slugs")
    language = models.CharField(max_length=8)
    slug = models.SlugField(max_length=100)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["language", "slug", "pk"]
        constraints = [
            # over the whole tree, so that a page is still found by its last part after it has moved
            models.UniqueConstraint(fields=["centre", "language", "slug"], name="editorial_slug_once"),
            models.UniqueConstraint(
                fields=["centre", "page", "language"],
                condition=models.Q(retired_at=None),
                name="editorial_slug_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language}/{self.slug}"


class PageSource(OwnedModel):
    """Where one language of an imported page comes from."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="sources")
    language = models.CharField(max_length=8)
    source_id = models.CharField(max_length=120)
    path = models.CharField(max_length=800)  # at the source, with its region and language, without outer slashes
    digest = models.CharField(max_length=32)  # of the text as it was taken in: an unchanged one writes nothing

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["language", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "path"], name="editorial_source_path_once"),
            models.UniqueConstraint(fields=["centre", "page", "language"], name="editorial_source_language_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.path}"


class PageNeed(OwnedModel):
    """The page lists the offers that meet this need."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="page_needs")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["centre", "page", "need"], name="editorial_need_once")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.need_id}"


class PageContact(OwnedModel):
    """A contact card of the page: an organisation, or one of its people; phone and hours are theirs, kept once."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="contacts")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "page", "person"], name="editorial_contact_person_once"),
            models.UniqueConstraint(
                fields=["centre", "page", "organisation"],
                condition=models.Q(person=None),
                name="editorial_contact_organisation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.organisation_id}"


def attachment_name(attachment: Attachment, name: str) -> str:
    """Where a document is kept: a name that tells nothing and cannot be guessed, with its own suffix."""
    suffix = name.rpartition(".")[2].lower()
    return f"pages/{attachment.centre_id}/{uuid.uuid4()}.{suffix}"


class Attachment(OwnedModel):
    """A document that belongs to a page, such as the town's integration concept."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="attachments")
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=8, default="de")
    file = models.FileField(upload_to=attachment_name, max_length=200)
    size = models.PositiveIntegerField()  # bytes
    dated_on = models.DateField(null=True, blank=True)  # of the document, not of the upload
    position = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def kind(self) -> str:
        """What it is to its reader: PDF, DOCX."""
        return str(self.file.name).rpartition(".")[2].upper()
