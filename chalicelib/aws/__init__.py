"""Adapters: the ports, spoken in DynamoDB, SQS and SSM."""
