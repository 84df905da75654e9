"""No test sees the user's Noko, AWS, ports or stores."""

import os

for name in list(os.environ):
    ours = name in {"PORT", "STORE", "ROUTING_FILE", "GITHUB_WEBHOOK_SECRETS", "GITHUB_TOKEN", "GITHUB_API_URL"}
    if ours or name.startswith(("NOKO_", "AWS_", "TALLYHOOK_")) or name.endswith("_SECONDS"):
        del os.environ[name]
