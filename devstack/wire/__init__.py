"""What the stand-ins share: requests and answers in HTTP, without sockets and behind a real one."""
