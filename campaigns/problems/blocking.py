"""Which records stay out of publication. Used inside statements and by querysets alike."""

from django.db.models import Exists, OuterRef, QuerySet

from campaigns.models import ProblemParty, Record

#: Condition on a row `record` of campaigns_record; the partial index records_kept_out answers it.
IS_BLOCKED = """
    EXISTS (SELECT FROM campaigns_problemparty AS held
            WHERE held.record_id = record.id AND held.blocks)
"""


def blocked(records: QuerySet[Record]) -> QuerySet[Record]:
    """Those that an open case, or the way it was settled, keeps out of publication."""
    return records.filter(Exists(ProblemParty.objects.filter(record=OuterRef("pk"), blocks=True)))
