"""Open tasks follow what the rules find in a submission, and a school that changes its authority."""

from django.db import migrations

from workflows import count_triggers


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial"), ("campaigns", "0001_initial")]
    operations = [migrations.RunSQL(count_triggers.FOLLOW, count_triggers.LET_GO)]
