"""The least that a Chalice app with a door on AWS can be: what cold starts are measured against."""

import hashlib
import hmac
import json
import os
import uuid

import boto3
from chalice.app import Chalice, Response

app = Chalice(app_name="bare", configure_logs=False)
dynamodb, sqs = boto3.client("dynamodb"), boto3.client("sqs")


@app.route("/webhooks/github", methods=["POST"])
def door() -> Response:
    """Check the HMAC, put an item, send a message."""
    raw, key = app.current_request.raw_body, str(uuid.uuid4())
    digest = "sha256=" + hmac.new(os.environ["GITHUB_WEBHOOK_SECRETS"].encode(), raw, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(digest, app.current_request.headers["x-hub-signature-256"]):
        return Response({}, status_code=401)
    dynamodb.put_item(
        TableName=os.environ["TALLYHOOK_TABLE"],
        Item={"PK": {"S": f"bare#{key}"}, "SK": {"S": "head"}, "body": {"B": raw}},
        ConditionExpression="attribute_not_exists(PK)",
    )
    sqs.send_message(QueueUrl=os.environ["TALLYHOOK_OPEN_QUEUE_URL"], MessageBody=json.dumps({"key": key}))
    return Response({}, status_code=202)
