"""Who acts: the posts of every desk, looked up once."""

from collections import defaultdict
from datetime import date

from teachers.models import Organisation, Post


class Desks:
    """Posts by organisation and role, and which of them acts next."""

    def __init__(self, on: date) -> None:
        self._posts: dict[tuple[int, str], list[Post]] = defaultdict(list)
        for post in Post.objects.current(on).with_organisation().order_by("pk"):
            self._posts[post.organisation_id, post.role].append(post)

    def post(self, organisation_id: int, role: str, turn: int = 0) -> Post:
        """The post whose turn it is. Raises LookupError when the desk has nobody."""
        posts = self._posts[organisation_id, role]
        if not posts:
            unit = Organisation.objects.get(pk=organisation_id)
            raise LookupError(f"Nobody holds the post of {role} at {unit.code} {unit.name}.")
        return posts[turn % len(posts)]

    def holds(self, organisation_id: int, role: str) -> bool:
        """Whether anybody holds this post."""
        return bool(self._posts.get((organisation_id, role)))
