"""Every trigger of Tallyhook on one screen. Chalice imports this file to package it: nothing happens at import."""

from chalice.app import Chalice, CloudWatchEvent, Response, SQSEvent

from chalicelib.bootstrap import house
from chalicelib.handlers import forms, pages, tick, webhooks, worker

QUEUE = "arn:aws:sqs:us-east-1:000000000000:tallyhook-"  # placeholder: the template names the real ones
app = Chalice(app_name="tallyhook", configure_logs=False)


@app.route("/healthz", methods=["GET"])
def healthz() -> Response:
    """Answer that the process is alive."""
    return webhooks.health()


@app.route("/webhooks/github", methods=["POST"], content_types=webhooks.CONTENT_TYPES)
def github() -> Response:
    """Take a GitHub webhook in."""
    return webhooks.github(app.current_request, house())


@app.route("/webhooks/forms/{form}", methods=["POST"], content_types=forms.CONTENT_TYPES)
def submit(form: str) -> Response:
    """Take a form's submission in."""
    return forms.submit(app.current_request, form, house())


@app.route("/forms/{form}", methods=["GET"], content_types=["*/*"])
@app.route("/forms/{form}", methods=["POST"], content_types=pages.CONTENT_TYPES)
@app.route("/forms/{form}/{submission}", methods=["GET"], content_types=["*/*"])
def page(form: str, submission: str | None = None) -> Response:
    """Show a form of our own, take it in, or show what became of a submission."""
    return pages.page(app.current_request, form, submission, house())


@app.on_sqs_message(queue_arn=QUEUE + "open", batch_size=1, name="open")
def open_delivery(event: SQSEvent) -> None:
    """Open a delivery."""
    worker.open_(event, house())


@app.on_sqs_message(queue_arn=QUEUE + "post", batch_size=1, name="post")
def post_entry(event: SQSEvent) -> None:
    """Post an entry."""
    worker.post_(event, house())


@app.on_sqs_message(queue_arn=QUEUE + "tell", batch_size=1, name="tell")
def tell(event: SQSEvent) -> None:
    """Deliver a letter."""
    worker.tell_(event, house())


@app.schedule("rate(1 minute)", name="tick")
def every_minute(event: CloudWatchEvent) -> None:
    """Move on what a crash, a lost message or an outage left behind."""
    tick.tick(event, house())
