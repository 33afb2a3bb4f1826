"""Who may see and do what in the register. Plain functions of the acting post."""

from teachers.enums import OrganisationKind, Role
from teachers.models import Post, User

SEES_FILES = {
    Role.CLERK,
    Role.HEAD,
    Role.REVIEWER,
    Role.CHIEF,
    Role.MANAGER,
    Role.SUPERVISOR,
}
OVERSEES = {Role.REVIEWER, Role.CHIEF, Role.MANAGER, Role.SUPERVISOR}


def acts_under(post: Post, user: User) -> bool:
    """The user holds the post, or acts for its holder by a delegation."""
    return user.pk == (post.delegation.to_id if post.delegation else post.user_id)


def sees_files(post: Post) -> bool:
    """May open teachers' files of the own subtree (administrators manage accounts, not files)."""
    return post.role in SEES_FILES


def reads_access_log(post: Post | None) -> bool:
    """Searches the access log of the own subtree (PIPL Art 52). The officer opens no files: who
    watches over looks does not look."""
    return post is not None and post.role == Role.OFFICER


def oversees(post: Post | None) -> bool:
    """Sees the progress of every organisation of the own subtree."""
    return post is not None and post.role in OVERSEES


def reports_for_own_school(post: Post | None) -> bool:
    """Clerk or head: acts for the one organisation of the post only."""
    return post is not None and post.role in {Role.CLERK, Role.HEAD}


def may_attach(post: Post, organisation) -> bool:
    """May hand in evidence or photos for a unit of the own subtree; administrators may not."""
    return post.role != Role.ADMINISTRATOR and post.organisation.contains(organisation)


def keeps_index(post: Post | None) -> bool:
    """Edits drafts of the index system, rehearses and publishes them, and keeps the code lists:
    the administrators of the province. Everybody with a post may read what is published."""
    return (
        post is not None
        and post.role == Role.ADMINISTRATOR
        and post.organisation.kind == OrganisationKind.PROVINCE
    )
