"""Room on each page of the submissions for the next move: it is written there and no index is
touched. See the migration of the cases of the same name.
"""

from django.db import migrations

FORWARD = "ALTER TABLE campaigns_submission SET (fillfactor = 40)"
BACKWARD = "ALTER TABLE campaigns_submission RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_counts")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
