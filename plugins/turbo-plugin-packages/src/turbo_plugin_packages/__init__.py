"""One interface to package managers, and a driver for each ecosystem. Importing the package costs nothing."""
