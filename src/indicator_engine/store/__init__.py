"""Where records come from and how they stand: rows typed, versions kept, answers as known at any instant."""
