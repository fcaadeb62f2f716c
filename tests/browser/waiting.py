"""What tests in a browser wait for."""


def settle(page) -> None:
    """Wait until the page has answered what was just done to it."""
    page.wait_for_timeout(300)  # until the answer begins: before, the page that was there looks settled, too
    page.wait_for_function("document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'")
