"""Room on each page of the cases for the next move: it is written there and no index is touched.

A case moves five times and more and no column that changes is indexed. With pages full to the brim
each move would go to another page and write all six indexes. A page must hold all its cases twice,
for a batch moves them all at once, and a case grows by half when the ledger begins.
"""

from django.db import migrations

FORWARD = "ALTER TABLE workflows_case SET (fillfactor = 33)"
BACKWARD = "ALTER TABLE workflows_case RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [("workflows", "0002_counts")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
