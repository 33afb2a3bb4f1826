"""What is filled in to write a remark."""

from django import forms
from django.utils.translation import gettext_lazy as _

from teachers.upload_forms import EvidenceField
from workflows.actions.remarking import LONGEST


class RemarkForm(forms.Form):
    """Words, files, and whether the school may read them."""

    words = forms.CharField(
        label=_("Remark"), max_length=LONGEST, widget=forms.Textarea({"rows": 3})
    )
    files = EvidenceField(label=_("Files"), required=False)
    for_school = forms.BooleanField(label=_("The school may read it"), required=False)
