"""Counts of submissions follow a school that comes under another authority."""

from django.db import migrations

from campaigns import count_triggers


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]
    operations = [migrations.RunSQL(count_triggers.MOVE_ALONG, count_triggers.TAKE_BACK)]
