from devstack.environment import without_noko


def test_demo_tests_and_bench_see_no_noko_no_ports_and_no_store_of_the_user():
    env = {
        "PATH": "/bin",
        "NOKO_TOKEN": "t",
        "NOKO_BASE_URL": "u",
        "PORT": "1",
        "STORE": "aws",
        "AWS_ENDPOINT_URL": "e",
        "AWS_PROFILE": "p",
        "TALLYHOOK_TABLE": "x",
        "LEASE_SECONDS": "9",
        "ROUTING_FILE": "r",
        "GITHUB_TOKEN": "t",
        "GITHUB_API_URL": "u",
        "FORM_DESK_SECRETS": "s",
        "HOST": "0.0.0.0",
        "LOG_FORMAT": "json",
        "CREDENTIALS_DIRECTORY": "d",
    }
    assert without_noko(env) == {"PATH": "/bin"}
