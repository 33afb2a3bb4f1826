"""Accounts, posts, organisations and code lists, for system administrators only.

Teachers and their files are not here: whoever manages accounts has no business in them.
"""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from teachers.models import (
    ChangePolicy,
    Code,
    CodeList,
    IndexVersion,
    Organisation,
    Post,
    User,
)


class AdministratorSite(admin.AdminSite):
    """Open to superusers alone; the flag "staff" is not enough."""

    site_header = _("Gansu teacher information: administration")
    site_title = _("Administration")
    index_title = _("Accounts and reference data")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """One door for all: the sign-in page sends whoever is no administrator to their desk."""
        if self.has_permission(request):
            return redirect("admin:index")
        return redirect_to_login(reverse("admin:index"))


site = AdministratorSite(name="admin")


class ReadOnly:
    """Shown, never changed on screen."""

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class Kept:
    """May be added and changed; ends by an end date, never by deletion."""

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class PostInline(Kept, admin.TabularInline):
    model = Post
    extra = 1
    raw_id_fields = ["organisation"]


class NewUserForm(AdminUserCreationForm):
    """A new account: name, user name and a password that passes the rules."""

    class Meta:
        model = User
        fields = ("username", "name")


@admin.register(User, site=site)
class UserAdmin(Kept, DjangoUserAdmin):
    """Accounts with their posts. The link to a teacher's file is not shown."""

    add_form = NewUserForm
    list_display = ["username", "name", "phone", "is_active", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["username", "name"]
    ordering = ["id"]
    list_per_page = 50
    show_full_result_count = False
    inlines = [PostInline]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["name", "phone", "email"]}),
        (_("Access"), {"fields": ["is_active", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined", "notice_read_at"]}),
    ]
    readonly_fields = ["last_login", "date_joined", "notice_read_at"]
    add_fieldsets = [
        (None, {"fields": ["username", "name", "usable_password", "password1", "password2"]})
    ]


@admin.register(Post, site=site)
class PostAdmin(Kept, admin.ModelAdmin):
    """Who holds which role where, from when to when."""

    list_display = ["user", "role", "organisation", "valid_from", "valid_to"]
    list_filter = ["role"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__username", "user__name", "organisation__code", "organisation__name"]
    ordering = ["-id"]
    raw_id_fields = ["user", "organisation"]
    list_per_page = 50
    show_full_result_count = False


@admin.register(Organisation, site=site)
class OrganisationAdmin(Kept, admin.ModelAdmin):
    """The tree. Code, parent and path of a node are fixed: moving one is an act of its own."""

    list_display = ["code", "name", "kind", "parent", "valid_from", "valid_to"]
    list_filter = ["kind", "school_kind"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    ordering = ["path"]
    list_per_page = 50
    show_full_result_count = False
    readonly_fields = ["code", "parent", "path", "depth"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class CodeInline(ReadOnly, admin.TabularInline):
    model = Code
    extra = 0
    fields = ["position", "code", "name", "name_en", "valid_from", "valid_to"]
    ordering = ["position"]


@admin.register(CodeList, site=site)
class CodeListAdmin(ReadOnly, admin.ModelAdmin):
    """Code lists with their values; they change by loading a new edition."""

    list_display = ["key", "name", "name_en", "source"]
    search_fields = ["key", "name"]
    ordering = ["key"]
    inlines = [CodeInline]


@admin.register(IndexVersion, site=site)
class IndexVersionAdmin(ReadOnly, admin.ModelAdmin):
    """Editions of the index system; a published one never changes."""

    list_display = ["code", "name", "state", "published_at"]
    ordering = ["id"]


@admin.register(ChangePolicy, site=site)
class ChangePolicyAdmin(Kept, admin.ModelAdmin):
    """How far each kind of change goes and what it needs; cases that are open keep their route."""

    list_display = ["kind", "reach", "releasing", "superior", "evidence_needed", "days"]
    ordering = ["id"]
    readonly_fields = ["kind"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
