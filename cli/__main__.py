"""`python -m cli`, where the console script is not at hand."""

from cli.main import main

main()
