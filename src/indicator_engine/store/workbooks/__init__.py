"""What a workbook holds that its reader does not tell, and what must be known of it before it is read at all."""
