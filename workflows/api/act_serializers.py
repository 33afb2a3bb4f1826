"""What the API says about acts, and what it asks for."""

from uuid import uuid4

from django.utils.translation import gettext as _
from rest_framework import serializers

from teachers.api.serializers import OrganisationSerializer
from teachers.enums import SchoolKind
from workflows import inbox
from workflows.acts.asking import undo_until
from workflows.acts.reading import counts, outcome_of
from workflows.api.serializers import MOST_TASKS, DecideSerializer
from workflows.enums import ActState, OutcomeKind, Verdict
from workflows.models import Act, ActItem


class ActFiltersSerializer(serializers.Serializer):
    """A view of the inbox, under the rights of the acting post; `{}` is all submissions on it."""

    look = serializers.ChoiceField(choices=list(inbox.LOOK), required=False)
    due = serializers.ChoiceField(choices=list(inbox.DUE), required=False)
    attempt = serializers.ChoiceField(choices=list(inbox.ATTEMPT), required=False)
    claimed = serializers.ChoiceField(choices=list(inbox.CLAIMED), required=False)
    kind = serializers.ChoiceField(choices=SchoolKind.values, required=False)
    campaign = serializers.CharField(required=False, max_length=20, help_text="Its code.")
    unit = serializers.CharField(
        required=False, max_length=20, help_text="Code of an authority, or of a university."
    )
    q = serializers.CharField(
        required=False,
        max_length=80,
        help_text="A school's name, code or pinyin initials, or the name of a teacher.",
    )

    def to_internal_value(self, data) -> inbox.Filters:
        """Raises ValidationError also for a filter that does not exist: it would select more."""
        values = super().to_internal_value(data)
        if unknown := set(data) - self.fields.keys():
            raise serializers.ValidationError(
                {name: _("There is no such filter.") for name in sorted(unknown)}
            )
        return inbox.Filters(**values)


class AskActSerializer(DecideSerializer):
    """One verdict on the tasks named, or on all that a view of the inbox shows."""

    key = serializers.UUIDField(
        help_text="A new UUID for each act; the same one again is the same act."
    )
    tasks = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        allow_empty=False,
        max_length=MOST_TASKS,
        required=False,
    )
    filters = ActFiltersSerializer(required=False)
    seen = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text="When you read the tasks: what changed later is left alone.",
    )

    def validate(self, wanted: dict) -> dict:
        if ("tasks" in wanted) == ("filters" in wanted):
            raise serializers.ValidationError(
                {"tasks": _("Name either tasks or filters, not both and not neither.")}
            )
        return wanted


class ActSerializer(serializers.ModelSerializer):
    """One press over many tasks, and how far it has come."""

    by = serializers.CharField(source="by.name")
    acting_for = serializers.SerializerMethodField(
        help_text="The holder of the post, when a colleague acts under it; else null."
    )
    organisation = OrganisationSerializer(source="post.organisation", help_text="Whose desk.")
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    state = serializers.ChoiceField(choices=ActState.choices)
    refused_count = serializers.SerializerMethodField()
    undo_until = serializers.SerializerMethodField(
        help_text="Until when it may be taken back; null while it runs, or if it never may."
    )
    undone_by = serializers.SerializerMethodField(help_text="The act that took it back.")
    undoes = serializers.IntegerField(source="undoes_id", allow_null=True)

    class Meta:
        model = Act
        fields = [
            "id",
            "key",
            "verdict",
            "state",
            "by",
            "acting_for",
            "organisation",
            "asked_at",
            "finished_at",
            "reasons",
            "words",
            "return_to",
            "filters",
            "items_count",
            "handled_count",
            "done_count",
            "refused_count",
            "undo_until",
            "undone_by",
            "undoes",
        ]

    def get_acting_for(self, act: Act) -> str | None:
        return act.post.user.name if act.delegation_id else None

    def get_refused_count(self, act: Act) -> int:
        return act.handled_count - act.done_count

    def get_undo_until(self, act: Act) -> serializers.DateTimeField(allow_null=True):
        until = None if self.get_undone_by(act) else undo_until(act)
        return serializers.DateTimeField().to_representation(until) if until else None

    def get_undone_by(self, act: Act) -> int | None:
        undone = getattr(act, "undone_by", None)
        return undone.pk if undone else None


class ActDetailSerializer(ActSerializer):
    """An act with how many of its items came to which outcome."""

    counts = serializers.SerializerMethodField()

    class Meta(ActSerializer.Meta):
        fields = [*ActSerializer.Meta.fields, "counts"]

    def get_counts(self, act: Act) -> dict[str, int]:
        return {outcome.value: count for outcome, count in counts(act).items()}


class ActItemSerializer(serializers.Serializer):
    """What became of one task of an act; `kind` is null until it was handled."""

    position = serializers.IntegerField()
    task = serializers.IntegerField(source="task_id")
    kind = serializers.ChoiceField(choices=OutcomeKind.choices, allow_null=True)
    document = serializers.CharField(help_text="`submission` or `change`; empty if not yours.")
    document_id = serializers.IntegerField(allow_null=True)
    organisation = serializers.CharField(help_text="Name of the school; empty if not yours.")
    text = serializers.CharField(help_text="One sentence in the language of the request.")
    decided_by = serializers.CharField(help_text="Who was quicker, when already decided.")
    decided_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, item: ActItem) -> dict:
        outcome = outcome_of(item) if item.outcome else None
        shown = {name: getattr(outcome, name, None) for name in self.fields}
        for name in ("document", "organisation", "text", "decided_by"):
            shown[name] = shown[name] or ""
        if shown["decided_at"]:
            field = self.fields["decided_at"]
            shown["decided_at"] = field.to_representation(shown["decided_at"])
        return {**shown, "position": item.position, "task": item.task_id}


class ActItemQuerySerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=OutcomeKind.choices, required=False)


class UndoActSerializer(serializers.Serializer):
    """An act is taken back once; asked again, the answer is that same act."""

    key = serializers.UUIDField(default=uuid4, help_text="A new UUID; may be left out.")
    words = serializers.CharField(default="", allow_blank=True, max_length=1000)
