"""What turns the code into a stack on AWS; never shipped."""
