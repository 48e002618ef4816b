"""Letters of requests: those that come in open or continue them, those that go out tell of them."""
