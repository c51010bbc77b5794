"""Takes the pictures of this folder from a running service: ``python docs/pictures/take.py URL NAME STEP...``.

A step is a sentence to say, ``@label`` for a choice to press, ``+path`` for a file to send, or ``~`` to wait for what comes later.
The picture is taken after the last step, on a phone; with a NAME that ends in ``-desk`` on a desk.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.browser import ARGUMENTS, DESK, PHONE, executable  # noqa: E402 - the suite is beside this script, not installed

ANSWER_SECONDS = 1.2


def main(url: str, name: str, *steps: str) -> None:
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        size = DESK if name.endswith("-desk") else PHONE
        page = browser.new_page(viewport=size, locale="zh-CN", device_scale_factor=2)  # type: ignore[arg-type]
        page.goto(url)
        for step in steps:
            take(page, step)
        page.wait_for_timeout(ANSWER_SECONDS * 1000)
        page.screenshot(path=HERE / f"{name}.png")
        sys.stdout.write(page.inner_text("body") + "\n")
        browser.close()


def take(page: Page, step: str) -> None:
    if step.startswith("@"):
        page.locator("button.choice").filter(has_text=re.compile(f"^{re.escape(step[1:])}$")).click(timeout=5000)
    elif step == "~":
        page.wait_for_timeout(6 * ANSWER_SECONDS * 1000)
    elif step.startswith("+"):
        page.set_input_files("#files", step[1:])
    else:
        page.fill("#compose", step)
        page.press("#compose", "Enter")
    page.wait_for_timeout(ANSWER_SECONDS * 1000)


if __name__ == "__main__":
    main(*sys.argv[1:])
