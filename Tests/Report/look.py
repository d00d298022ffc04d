"""Pictures of a report for people to look at: python3 Tests/Report/look.py report.html FOLDER"""

import os
import sys

from browser import Browser, installed

report, folder = sys.argv[1:3]
os.makedirs(folder, exist_ok=True)
for name, options in {
    "desktop": {}, "dark": {"dark": True}, "phone": {"width": 390, "height": 844, "mobile": True},
}.items():
    with Browser(installed(), **options) as page:
        seconds = page.open(report)
        page.screenshot(os.path.join(folder, name + ".png"))
        print(f"{name}: ready after {seconds:.2f} s; problems: {page.problems}")
        for part in page.run("[...document.querySelectorAll('section:not([hidden])')].map((s) => s.id)"):
            page.screenshot(os.path.join(folder, f"{name}-{part}.png"), "#" + part)
        if name == "desktop":
            page.pdf(os.path.join(folder, "print.pdf"))
