"""Input of the register's own pages."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """User name and password; one sentence for every kind of wrong pair."""

    error_messages = {
        "invalid_login": _(
            "User name and password do not match. Five wrong passwords lock the account for "
            "fifteen minutes."
        ),
        "inactive": _("This account is closed. Ask the administrator of your education office."),
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")
        self.fields["username"].widget = forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}
        )
