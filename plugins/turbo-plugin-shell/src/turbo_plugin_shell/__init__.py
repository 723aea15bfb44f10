"""Developer commands for Turbo: judged by risk, held to a policy and to limits, and undone from a snapshot.

Importing the package costs nothing; Turbo loads the modules that its entry points name.
"""
