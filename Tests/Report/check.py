"""What a script of checks has found."""


class Check:
    """Counts what holds, and prints what does not."""

    def __init__(self):
        self.passed = self.failed = 0

    def __call__(self, holds, words):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED: " + words)
