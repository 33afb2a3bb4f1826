"""Excel in and out: templates with drop-downs, a guarded reader, the workbook of failed rows."""
