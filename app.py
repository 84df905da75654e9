"""Every trigger of Tallyhook on one screen. Chalice imports this file to package it: nothing happens at import."""

from chalice import Chalice, Response
from chalice.app import CloudWatchEvent, SQSEvent

from chalicelib.bootstrap import house
from chalicelib.handlers import forms, tick, webhooks, worker

OPEN_QUEUE = "arn:aws:sqs:us-east-1:000000000000:tallyhook-open"  # placeholder: the template names the real one
POST_QUEUE = "arn:aws:sqs:us-east-1:000000000000:tallyhook-post"  # likewise

app = Chalice(app_name="tallyhook", configure_logs=False)


@app.route("/healthz", methods=["GET"])
def healthz() -> Response:
    """Answer that the process is alive."""
    return webhooks.health()


@app.route(
    "/webhooks/github",
    methods=["POST"],
    content_types=["application/json", "application/x-www-form-urlencoded"],
)
def github() -> Response:
    """Take a GitHub webhook in."""
    return webhooks.github(app.current_request, house())


@app.route("/webhooks/forms/{form}", methods=["POST"], content_types=["*/*"])
def submit(form: str) -> Response:
    """Take a form's submission in."""
    return forms.submit(app.current_request, form, house())


@app.on_sqs_message(queue_arn=OPEN_QUEUE, batch_size=1, name="open")
def open_delivery(event: SQSEvent) -> None:
    """Open a delivery."""
    worker.open_(event, house())


@app.on_sqs_message(queue_arn=POST_QUEUE, batch_size=1, name="post")
def post_entry(event: SQSEvent) -> None:
    """Post an entry."""
    worker.post_(event, house())


@app.schedule("rate(1 minute)", name="tick")
def every_minute(event: CloudWatchEvent) -> None:
    """Move on what a crash, a lost message or an outage left behind."""
    tick.tick(event, house())
