"""One machine that stands in for AWS and Noko; never shipped to Lambda."""
