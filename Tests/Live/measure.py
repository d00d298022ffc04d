"""Milliseconds from a slider's move to the new picture: measure.py PROGRAM MODEL [MOVES]"""

import os
import random
import statistics
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Report"))
from browser import Browser, installed  # noqa: E402
from check_page import Page  # noqa: E402
from server import Server  # noqa: E402

MOVE = """
new Promise((resolve) => {
  const slider = document.getElementById('budget');
  slider.value = '%d';
  const before = document.querySelector('[data-chart=dependency] svg').outerHTML;
  const start = performance.now();
  slider.dispatchEvent(new Event('input'));
  slider.dispatchEvent(new Event('change'));
  const look = () => {
    if (!live.isBusy && !live.isStale && live.shown.scale === %g) requestAnimationFrame(() => resolve(performance.now() - start));
    else setTimeout(look, 2);
  };
  setTimeout(look, 0);
})
"""


def main(program, model, moves=21):
    path = installed()
    if not path:
        print("no Chromium is installed")
        return 77
    with Server(program, model) as server, Browser(path, width=1440, height=900) as browser:
        page = Page(browser, server.address)
        page.run("document.getElementById('wants-whole').click()")
        page.settle()
        times = []
        walk = random.Random(1)
        percent = 100
        for n in range(moves):
            # As people move it: mostly a little, to places where it has been or not.
            last = percent
            while percent == last:
                percent = min(200, max(20, last + walk.choice([-40, -25, -15, -10, -5, 5, 10, 15, 25, 40])))
            times.append(page.run(MOVE % (percent, percent / 100)))
        print(f"{model}: median {statistics.median(times):.0f} ms of {moves} moves, "
              f"least {min(times):.0f}, most {max(times):.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4])))
