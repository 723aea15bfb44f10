"""What people are told: rules, threads, quiet hours and words, apart from any run. Nothing here sends anything."""
