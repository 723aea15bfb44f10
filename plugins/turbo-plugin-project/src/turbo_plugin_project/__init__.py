"""What a project is made of, and a workflow for it. Importing the package costs nothing."""
