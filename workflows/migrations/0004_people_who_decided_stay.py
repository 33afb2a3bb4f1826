"""Persons and posts stay as long as a decision names them."""

from django.db import migrations

from teachers.set_keys import kept_by

PERSONS, POSTS = "persons_who_decided_stay", "posts_that_decided_stay"


class Migration(migrations.Migration):
    dependencies = [("workflows", "0003_room_for_moves")]
    operations = [
        migrations.RunSQL(
            kept_by(PERSONS, parent="teachers_user", child="workflows_decision", column="by_id"),
            f"DROP FUNCTION {PERSONS} CASCADE",
        ),
        migrations.RunSQL(
            kept_by(POSTS, parent="teachers_post", child="workflows_decision", column="post_id"),
            f"DROP FUNCTION {POSTS} CASCADE",
        ),
    ]
