"""Opens a report in headless Chromium and checks what a reader would: python3 check_report.py report.html

Ends with 0 where everything holds, 1 where something does not, 77 where no Chromium is installed.
"""

import os
import re
import signal
import sys

from browser import Browser, installed
from check import Check

TIPS = """
for (const { chart } of Object.values(lodestone.charts)) {
  if (!chart) continue;
  chart.getOption().series.forEach((series, seriesIndex) => {
    for (let dataIndex = 0; dataIndex < Math.min(3, (series.data || []).length); dataIndex++) {
      chart.dispatchAction({ type: "showTip", seriesIndex, dataIndex });
    }
  });
}
"""
CHARTS = """
[...document.querySelectorAll("section:not([hidden]) [data-chart]")].map((slot) => {
  const svg = slot.querySelector("svg");
  const box = svg ? svg.getBoundingClientRect() : { width: 0, height: 0 };
  return { name: slot.dataset.chart, shapes: svg ? svg.querySelectorAll("path, rect, circle").length : 0,
    texts: svg ? svg.querySelectorAll("text").length : 0, width: box.width, height: box.height,
    label: slot.querySelector("[role=img]")?.getAttribute("aria-label") || "" };
})
"""
HOSTILE = """
({ ran: typeof window.hacked, images: document.images.length,
   handlers: [...document.querySelectorAll("*")].filter((e) =>
     [...e.attributes].some((a) => a.name.startsWith("on"))).length,
   scripts: document.scripts.length, links: [...document.links].filter((a) =>
     !/^(https?:|#|file:|blob:)/.test(a.href)).length })
"""


def move(page, control, value, event="input"):
    page.run(f"{{ const c = document.getElementById('{control}'); c.value = '{value}';"
             f" c.dispatchEvent(new Event('{event}')); }}")


def picture(page, chart):
    # Stripes are numbered anew at each drawing.
    return page.run(f"document.querySelector('[data-chart=\"{chart}\"] svg')?.outerHTML.replace(/zr\\d+-[a-z]+\\d+/g, 'stripes')")


def text(page, element):
    return page.run(f"document.getElementById('{element}').textContent")


def check_drawing(check, page, where):
    charts = page.run(CHARTS)
    check(len(charts) >= 5, f"{where}: five charts or more, found {len(charts)}")
    for chart in charts:
        name = chart["name"]
        check(chart["shapes"] >= 3 and chart["texts"] >= 2, f"{where}: {name} draws, found {chart}")
        check(chart["width"] > 200 and chart["height"] > 60, f"{where}: {name} has a size, found {chart}")
        check(len(chart["label"]) > 20, f"{where}: {name} is described for screen readers")


def check_frontier(check, page, last):
    """At any budget the plan shown is no better than the best, and above it by no more than is said."""
    corners = page.run("JSON.parse(document.getElementById('report-content').textContent).corners")
    distance = page.run("JSON.parse(document.getElementById('report-content').textContent).budgetDistance")
    check(len(corners) >= 2, f"the frontier has its corners, found {len(corners)}")
    for position in range(0, last + 1, last // 9):
        move(page, "budget", position)
        scale = corners[0][0] + (corners[-1][0] - corners[0][0]) * position / last
        value = next((a[2] + (b[2] - a[2]) * (scale - a[0]) / (b[0] - a[0])
                      for a, b in zip(corners, corners[1:]) if a[0] <= scale <= b[0]), corners[-1][2])
        shown = page.run(f"lodestone.planAt({scale!r}).value")
        check(value - 1e-6 <= shown <= value + distance + 1e-6,
              f"the plan at budget scale {scale} is at most {distance} above {value}, found {shown}")


def shown_rows(page, slot):
    """The cells of a chart's table."""
    page.run(f"document.querySelector('[data-chart=\"{slot}\"] details').open = true")
    page.run("new Promise((done) => setTimeout(done, 30))")
    return page.run(f"[...document.querySelectorAll('[data-chart=\"{slot}\"] details tbody tr')]"
                    ".map((row) => [...row.cells].map((cell) => cell.textContent))")


def number(cell):
    return 0.0 if cell == "·" else float(cell.replace(",", ""))


def sums(plan, payers, scale=1.0):
    """Money by programme."""
    total = [0.0] * payers
    for payer, _, _, amount in plan["awards"]:
        total[payer] += scale * amount
    return total


def check_plans_between(check, page):
    """At a budget between two solved ones the plan shown is their mix, which the budget pays for; at one of them
    it is the plan that was solved."""
    content = page.run("JSON.parse(document.getElementById('report-content').textContent)")
    plans = [plan for plan in content["plans"] if plan["kind"] == "budget"]
    names = content["payers"]
    check(len(plans) >= 2, f"there are plans at two budgets or more, found {len(plans)}")
    mixes = [(a, b, share) for a, b in zip(plans, plans[1:]) for share in (0, 0.25, 0.7, 1)]
    for a, b, share in mixes[::max(1, len(mixes) // 40)]:
        budget = a["budget"] + share * (b["budget"] - a["budget"])
        move(page, "budget-exact", repr(budget))
        where = f"at a budget of {budget}"
        value = a["value"] + share * (b["value"] - a["value"])
        says = text(page, "budget-says")
        for words in (text(page, "budget-out"), says):
            found = re.search(r"dependency (?:index )?(?:is )?([0-9.]+)\u00a0%", words)
            check(found and abs(float(found[1]) - 100 * value) < 0.00501,
                  f"{where} the dependency is the mix {value}, found {words}")
        solved = share in (0, 1)
        check(("solved and verified for exactly this budget" in says) == solved
              and ("can be carried out at exactly this budget" in says) != solved,
              f"{where} it is said whether the plan is a mix, found {says}")
        rows = shown_rows(page, "budget-awards")
        shown = {row[0]: sum(map(number, row[1:-1])) for row in rows}
        wanted = [x + share * (y - x) for x, y in zip(sums(a, len(names)), sums(b, len(names)))]
        for name, amount in zip(names, wanted):
            years = len(content["years"])
            check(abs(shown.get(name, 0) - amount) < 0.06 * years,
                  f"{where} {name} awards {amount}, found {shown.get(name, 0)}")
        spent = sum(amount for name, amount in shown.items() if name != "Private money")
        # Every cell is rounded to a tenth.
        check(spent <= budget + 0.06 * len(rows) * len(content["years"]) or content["hasRevolvingFunds"],
              f"{where} the plan costs no more, found {spent}")
    move(page, "budget-exact", "1e12")
    check(text(page, "budget-plan") != "" and not page.problems, "a budget past the end is held to the end")


def check_steps(check, page):
    """With whole numbers the plan shown was solved for a budget no larger than the one chosen."""
    content = page.run("JSON.parse(document.getElementById('report-content').textContent)")
    plans = [plan for plan in content["plans"] if plan["kind"] == "budget" and "dep" in plan]
    for a, b in zip(plans, plans[1:]):
        budget = 0.5 * (a["budget"] + b["budget"])
        move(page, "budget-exact", repr(budget))
        says = text(page, "budget-says")
        paid = [plan for plan in plans if plan["budget"] <= budget]
        value = min(plan["value"] for plan in paid)
        check("With whole numbers plans change in steps" in says and f"is {value * 100:.2f}\u00a0%" in says,
              f"at a budget of {budget} the step's plan is shown, found {says}")


def check_controls(check, page):
    first, last = (int(page.run(f"document.getElementById('year').{end}")) for end in ("min", "max"))
    seen = set()
    for year in range(first, last + 1):
        move(page, "year", year)
        check(text(page, "year-out") == str(year), f"the year slider is at {year}")
        seen.add(picture(page, "material"))
    check(first == last or len(seen) > 1, "the year slider changes the flow of material")
    if page.run("!document.getElementById('frontier').hidden"):
        last = int(page.run("document.getElementById('budget').max"))
        before = text(page, "budget-out"), text(page, "budget-cards"), picture(page, "budget-awards")
        move(page, "budget", 0)
        least = text(page, "budget-out"), text(page, "budget-cards"), picture(page, "budget-awards")
        move(page, "budget", last)
        most = text(page, "budget-out"), text(page, "budget-cards"), picture(page, "budget-awards")
        check(before[0] != least[0] != most[0], "the budget slider changes its figure")
        if page.run("JSON.parse(document.getElementById('report-content').textContent).isStepFunction"):
            check_steps(check, page)
        else:
            check_frontier(check, page, last)
            check_plans_between(check, page)
        check(least[1] != most[1] and least[2] != most[2], "the budget slider changes the plan")
    plans = page.run("document.getElementById('plan').options.length")
    if plans > 1:
        before = text(page, "cards"), picture(page, "dependency")
        changed = False
        for plan in range(1, plans):
            move(page, "plan", plan, "change")
            changed = changed or (text(page, "cards"), picture(page, "dependency")) != before
        check(changed, "choosing a plan changes the page")
        move(page, "plan", 0, "change")
        check((text(page, "cards"), picture(page, "dependency")) == before, "the base plan comes back")
    before = picture(page, "awards")
    page.run("document.getElementById('patterns').click()")
    check(picture(page, "awards") != before, "patterns can be put on")
    page.run("document.getElementById('patterns').click()")
    check(picture(page, "awards") == before, "patterns can be taken off")


def check_findings(check, page):
    """Titles are findings of the plan that is shown, and the address holds the view."""
    plan = page.run("JSON.parse(document.getElementById('report-content').textContent).plans[0]")
    title = text(page, "title").replace("\u00a0", " ")
    check(title == plan["finding"], f"the title is the finding, found {title}")
    whole = page.run("JSON.parse(document.getElementById('report-content').textContent)")
    line, facts = text(page, "model-line"), text(page, "facts")
    for words in (whole["title"], whole["author"], whole["asOf"] or ""):
        check(words in line, f"the first line names the model, its author and date: {words} in {line}")
    check(whole["hash"] and whole["hash"][:10] in facts, f"the page names the version of the model, found {facts}")
    sections = page.run("[...document.querySelectorAll('main section:not([hidden])')].map((s) =>"
                        " [s.id, s.querySelector('h2').textContent, s.querySelector('h2 .topic')?.textContent || ''])")
    for name, title, topic in sections:
        if name not in ("tables", "sources", "answers"):
            check(topic and len(title) > len(topic) + 8, f"the title of {name} is a finding, found {title}")
        check("undefined" not in title and "NaN" not in title and "null" not in title, f"the title of {name} is whole, found {title}")
    if plan.get("uses"):
        names = page.run("[...document.querySelectorAll('[data-chart=uses] svg text')].map((t) => t.textContent)")
        check(any(plan["uses"][0]["name"][:8] in name for name in names), f"each use has its picture, found {names[:6]}")
    before = text(page, "year-out")
    first = page.run("document.getElementById('year').min")
    move(page, "year", first)
    view = page.run("location.hash")
    check(view == "#view:year=" + first or before == first, f"the address has the year, found {view}")
    page.run("document.getElementById('year').value = document.getElementById('year').max")
    page.run("document.getElementById('year').dispatchEvent(new Event('input'))")
    page.run("location.hash = '#view:year=" + first + "'")
    page.run("new Promise((done) => setTimeout(done, 50))")
    check(text(page, "year-out") == first, "the view of an address is shown")
    page.run("location.hash = '#view:year=" + before + "'")
    page.run("new Promise((done) => setTimeout(done, 50))")


def check_tables(check, page):
    count = "document.querySelectorAll('#table-box tbody tr').length"
    tables = page.run("document.getElementById('table').options.length")
    check(tables >= 5, f"there are data tables, found {tables}")
    for table in range(tables):
        move(page, "table", table, "change")
        rows = page.run(count)
        check(rows > 0, f"table {table} has rows")
        column = "[...document.querySelectorAll('#table-box tbody tr')].map((r) => r.cells[0].textContent)"
        page.run("document.querySelector('#table-box th button').click()")
        cells = page.run(column)
        check(page.run("document.querySelector('#table-box th').getAttribute('aria-sort')") == "ascending",
              "a pressed column says that it is sorted")
        page.run("document.querySelector('#table-box th button').click()")
        if page.run("document.getElementById('more').hidden"):
            turned = page.run(column)
            check(sorted(cells) == sorted(turned) and (cells[0], cells[-1]) == (turned[-1], turned[0]),
                  f"table {table} is sorted both ways")
        lines = page.run("lodestone.csvText()").split("\n")
        check(lines[-1] == "" and len(lines) - 2 >= rows, f"table {table} is whole as CSV")
    move(page, "filter", "no such words anywhere")
    check(page.run(count) == 0, "the filter hides rows that lack its words")
    move(page, "filter", "")
    page.run("for (const d of document.querySelectorAll('figure details')) d.open = true")
    page.run("new Promise((done) => setTimeout(done, 100))")
    bare = page.run("[...document.querySelectorAll('section:not([hidden]) figure')].filter((f) =>"
                    " !f.querySelector('details td')).length")
    check(bare == 0, f"every chart is there as a table too, {bare} are not")


def check_keyboard(check, page):
    unnamed = page.run(
        "[...document.querySelectorAll('input, select, button')].filter((e) => !e.labels?.length"
        " && !e.textContent.trim() && !e.getAttribute('aria-label')).length")
    check(unnamed == 0, f"every control has a name, {unnamed} have none")
    page.run("document.getElementById('year').focus()")
    before = text(page, "year-out")
    for kind in ["keyDown", "keyUp"]:
        page.call("Input.dispatchKeyEvent", type=kind, key="ArrowLeft", code="ArrowLeft",
                  windowsVirtualKeyCode=37)
    check(text(page, "year-out") != before or page.run("document.getElementById('year').max === document.getElementById('year').min"),
          "an arrow key moves the year")
    page.run("document.getElementById('budget').focus()")
    if page.run("!document.getElementById('frontier').hidden"):
        before = page.run("document.getElementById('budget').getAttribute('aria-valuetext')")
        for kind in ["keyDown", "keyUp"]:
            page.call("Input.dispatchKeyEvent", type=kind, key="PageDown", code="PageDown", windowsVirtualKeyCode=34)
        after = page.run("document.getElementById('budget').getAttribute('aria-valuetext')")
        check(before != after and "dependency" in after, f"a key moves the budget and says where to, found {after}")
    hidden = page.run("[...document.querySelectorAll('.tablebox')].filter((box) => box.offsetParent"
                      " && box.tabIndex !== 0).length")
    check(hidden == 0, f"the keyboard reaches every table that scrolls, {hidden} it does not")


def check_quiet(check, page, where):
    check(not page.problems, f"{where}: nothing on the console, found {page.problems}")
    outside = [url for url in page.requests if not url.startswith(("file:", "data:", "blob:", "about:"))]
    check(not outside, f"{where}: nothing is asked of a network, found {outside}")
    found = page.run(HOSTILE)
    check(found == {"ran": "undefined", "images": 0, "handlers": 0, "scripts": 3, "links": 0},
          f"{where}: text of the model stays text, found {found}")


def check_desktop(check, path, report):
    with Browser(path) as page:
        page.call("Performance.enable", timeDomain="threadTicks")
        waited = page.open(report)
        metrics = {m["name"]: m["value"] for m in page.call("Performance.getMetrics")["metrics"]}
        busy = metrics["TaskDuration"]
        print(f"ready after {waited:.2f} s, {busy:.2f} s of work")
        check(busy < 2, f"the page is ready within 2 s of work, found {busy:.2f} s")
        check_drawing(check, page, "desktop")
        check_findings(check, page)
        check_controls(check, page)
        check_tables(check, page)
        check_keyboard(check, page)
        page.run(TIPS)
        page.run("new Promise((done) => setTimeout(done, 300))")
        check_quiet(check, page, "desktop")
        check(len(page.call("Page.printToPDF", printBackground=True)["data"]) > 20000, "the page prints")
    # A page of A4 between its margins; what stands out of it would make the browser print everything smaller.
    with Browser(path, width=703) as page:
        page.open(report)
        page.call("Emulation.setEmulatedMedia", media="print")
        page.run("new Promise((done) => setTimeout(done, 200))")
        width = page.run("document.documentElement.scrollWidth")
        check(width <= 703, f"nothing stands out of a printed page, found {width}")
        check_quiet(check, page, "print")


def main():
    report = sys.argv[1]
    # A browser that hangs fails the check instead of holding it up.
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(240)
    path = installed()
    if path is None:
        print("SKIPPED: no Chromium is installed")
        return 77
    check = Check()
    size = os.path.getsize(report)
    check(size < 5e6, f"the file is under 5 MB, found {size / 1e6:.1f} MB")
    check_desktop(check, path, report)
    with Browser(path, dark=True) as page:
        page.open(report)
        check_drawing(check, page, "dark")
        ink = page.run("getComputedStyle(document.body).backgroundColor")
        check(ink == "rgb(18, 24, 31)", f"dark mode is dark, found {ink}")
        check_quiet(check, page, "dark")
    with Browser(path, width=390, height=844, mobile=True) as page:
        page.open(report)
        check_drawing(check, page, "phone")
        width = page.run("document.documentElement.scrollWidth")
        check(width <= 390, f"nothing stands out of a phone's width, found {width}")
        check_quiet(check, page, "phone")
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
