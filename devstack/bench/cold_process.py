"""One cold process of the package: import the module named, answer events, and tell how long each took, in ms.

Run in an environment that has boto3 and nothing else: `python cold_process.py MODULE HANDLER [FOLDER …] < events`,
events as a JSON list.
"""

import importlib
import itertools
import json
import sys
import time
from types import SimpleNamespace


def main() -> None:
    """Import, then handle each event as Lambda would."""
    module, handler, *folders = sys.argv[1:]
    sys.path[:0] = folders
    events = json.load(sys.stdin)
    context = SimpleNamespace(aws_request_id="cold", get_remaining_time_in_millis=lambda: 60_000)
    taken = [time.perf_counter()]
    function = getattr(importlib.import_module(module), handler)
    taken.append(time.perf_counter())
    answers = []
    for event in events:
        answers.append(function(event, context))
        taken.append(time.perf_counter())
    times = [1000 * (after - before) for before, after in itertools.pairwise(taken)]
    sys.stdout.write("\n" + json.dumps({"times": times, "answers": answers}))


if __name__ == "__main__":
    main()
