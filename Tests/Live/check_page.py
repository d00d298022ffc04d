"""Tries every control of the live page in headless Chromium: check_page.py PROGRAM MODEL [SEED]

The model is the tutorial's or one like it. Ends with 0 where everything holds, 1 where something does not, 77 where no
Chromium is installed.
"""

import json
import os
import random
import re
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Report"))
from browser import Browser, installed  # noqa: E402
from check import Check  # noqa: E402
from server import Server, Window  # noqa: E402


class Page:
    def __init__(self, browser, address):
        self.browser = browser
        browser.call("Page.navigate", url=address)
        self.wait("document.documentElement && document.documentElement.getAttribute('data-ready') === 'true'", 60)

    def run(self, expression):
        return self.browser.run(expression)

    def wait(self, expression, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.run(expression):
                    return True
            except RuntimeError:
                pass
            time.sleep(0.01)
        raise TimeoutError(expression)

    def settle(self):
        self.wait("window.live && !live.isBusy && !live.isStale && live.link.open.size === 0")

    def press(self, selector):
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        time.sleep(0.03)
        self.settle()

    def slide(self, name, value):
        self.run(f"{{ const c = document.getElementById({json.dumps(name)}); c.value = '{value}';"
                 " c.dispatchEvent(new Event('input')); c.dispatchEvent(new Event('change')); }")
        time.sleep(0.03)
        self.settle()

    def type(self, selector, value):
        self.run(f"{{ const c = document.querySelector({json.dumps(selector)}); c.value = {json.dumps(value)};"
                 " c.dispatchEvent(new Event('change')); }")
        time.sleep(0.03)
        self.settle()

    def state(self):
        return self.run("live.state")

    def index(self):
        return self.run("live.shown.value")


def check_plan(page, window, check, words):
    """What is shown is the plan of the state, made again by another session."""
    state = page.state()
    answer = window.call("solve", model=window.model, relax=True, onlyPlan=True, scenario=state["scenario"],
                         budgetScale=state["budgetScale"], set={one["path"]: one["value"] for one in state["set"]})
    result = answer.get("result") or {}
    first = next(iter(result.get("objectives", {}).values()), None)
    shown = page.index()
    if result.get("status") == "optimal":
        check(shown is not None and abs(shown - first) < 1e-5 * max(1, abs(first)), f"{words}: {shown} is shown for {first}")
    else:
        check(page.run("!document.getElementById('alert').hidden"),
              f"{words}: what is {result.get('status') or answer.get('error')} is told, {page.run('document.title')}, {state}")


def check_controls(page, window, check):
    page.settle()
    own = page.index()
    line = page.run("document.getElementById('model-line').textContent")
    for key, value in HEAD:
        check(value in line, f"the first line names {key}: {value} in {line}")
    check(re.search(r" · version [0-9a-f]{10} · \d{4}-\d\d-\d\d$", line), f"the first line ends with version and day: {line}")
    title = page.run("document.getElementById('finding').textContent")
    check("dependence" in title, f"the finding is the title: {title}")
    for chart in ["dependency", "awards", "material", "timeline"]:
        check(page.run(f"!!document.querySelector('[data-chart={chart}] svg')"), f"the chart {chart} is drawn")
    page.slide("budget", 50)
    check(page.state()["budgetScale"] == 0.5, "the budget's slider is kept")
    check_plan(page, window, check, "half of the budget")
    check(page.run("document.querySelectorAll('#cards .delta').length") > 0, "cards tell the difference to the pinned plan")
    page.press("#undo")
    check(page.state()["budgetScale"] == 1 and page.index() == own, "undo")
    check(page.run("document.getElementById('budget').value") == "100", "undo moves the slider back")
    page.press("#redo")
    check(page.state()["budgetScale"] == 0.5, "redo")
    page.press("#reset")
    check(page.index() == own, "reset")
    page.run("document.querySelector('.fund').open = true")
    fund = page.run("document.querySelector('.fund input').id")
    page.slide(fund, 150)
    check(len(page.state()["set"]) == 1, "a programme's slider sets its appropriations")
    check_plan(page, window, check, "a programme")
    year = page.run("document.querySelectorAll('.fund input')[1].id")
    page.slide(year, 10)
    check("10 M" in page.state()["set"][0]["value"], "a year's slider sets the year")
    check_plan(page, window, check, "a programme's year")
    page.press("#reset")
    for scenario in page.run("[...document.querySelectorAll('[data-scenario]')].map((c) => c.dataset.scenario)"):
        page.press(f"[data-scenario={scenario}]")
        check(scenario in page.state()["scenario"], f"the scenario {scenario} is on")
    check_plan(page, window, check, "all scenarios")
    page.press("#reset")
    check(page.run("document.querySelectorAll('[data-scenario]:checked').length") == 0, "reset clears the scenarios")
    return own


def check_forms(page, window, check, own):
    page.run("for (const box of document.querySelectorAll('aside > details')) box.open = true")
    page.wait("document.querySelectorAll('#facility-form .field').length > 3")
    name = page.run("document.querySelector('#built button.name').textContent")
    page.run("document.querySelectorAll('#built button.name')[1].click()")
    page.wait("document.querySelectorAll('#facility-form .lock input[type=radio]').length === 3"
              " && document.querySelector('#facility-form input').name === 'lock-' + live.facilityIDs[document.getElementById('facility').value]")
    page.press("#facility-form input[value=out]")
    page.wait("live.state.set.length === 1")
    page.settle()
    check("at_most" in page.state()["set"][0]["value"], f"a facility is locked out ({name})")
    check_plan(page, window, check, "locked out")
    page.wait("document.querySelector('#facility-form input[value=out]').checked")
    page.press("#undo")
    page.wait("live.state.set.length === 0 && document.querySelector('#facility-form input[value=free]').checked")
    page.settle()
    check(page.index() == own, "and free again")
    page.type("#facility-form .field input", "twelve")
    page.wait("[...document.querySelectorAll('#facility-form .error')].some((e) => !e.hidden)")
    words = page.run("[...document.querySelectorAll('#facility-form .error')].find((e) => !e.hidden).textContent")
    check("found: twelve" in words and "expected" in words, f"bad input is refused beside its field: {words}")
    check(page.state()["set"] == [], "and not kept")
    page.type("#facility-form .field input", "1 kUSD/(t/yr)")
    page.wait("live.state.set.length === 1")
    page.settle()
    check_plan(page, window, check, "a capital cost")
    page.press("#reset")
    page.run("document.getElementById('target-share').value = '30%'")
    page.press("#target-add")
    page.wait("live.state.set.length === 1")
    page.settle()
    check(page.state()["set"][0]["path"] == "targets", "a target is added")
    check_plan(page, window, check, "a target")
    page.press("#targets button")
    page.wait("live.state.set[0].value === '{}'")
    page.settle()
    page.press("#reset")
    page.press("#objectives li:nth-child(2) button")
    page.wait("live.state.set.length === 1")
    page.settle()
    check(page.state()["set"][0]["value"].startswith("[public_cost"), "objectives change places")
    check_plan(page, window, check, "another order")
    page.press("#reset")
    page.run("document.getElementById('any-path').value = 'imports.*.limit'; document.getElementById('any-value').value = 'much'")
    page.press("#any-apply")
    page.wait("!document.getElementById('any-error').hidden")
    page.run("document.getElementById('any-value').value = '100 t/yr'")
    page.press("#any-apply")
    page.wait("live.state.set.length === 1 && document.getElementById('any-error').hidden")
    page.settle()
    check_plan(page, window, check, "any value")
    page.press("#changed button")
    page.wait("live.state.set.length === 0")
    # What the page is drawn on stays, by whatever name it goes.
    for path, value, words in [("horizon.end", "2031", "years"), ("h*.end", "2031", "years"),
                               ("horizon", "{start: 2026, end: 2031}", "years"), ("name", "other", "name"),
                               ("provenance.classes.new", "0.5", "classes")]:
        page.run(f"document.getElementById('any-error').hidden = true; document.getElementById('any-path').value = {json.dumps(path)};"
                 f" document.getElementById('any-value').value = {json.dumps(value)}")
        page.press("#any-apply")
        page.wait("!document.getElementById('any-error').hidden")
        told = page.run("document.getElementById('any-error').textContent")
        check(words in told and "open the model again" in told, f"{path} is refused beside its field: {told}")
        check(page.state()["set"] == [] and page.index() == own, f"{path} is not kept")
    page.run("document.getElementById('any-path').value = 'horizon.beyond'; document.getElementById('any-value').value = '5 years'")
    page.press("#any-apply")
    page.wait("live.state.set.length === 1 && document.getElementById('any-error').hidden")
    page.settle()
    check_plan(page, window, check, "years beyond")
    page.press("#reset")


def check_questions(page, check):
    page.run("document.querySelector('#built button.ask').click()")
    page.wait("document.getElementById('why').open && !!document.querySelector('#why-body .lead')")
    check(len(page.run("document.querySelector('#why-body').textContent")) > 40, "a reason is given")
    page.run("document.getElementById('why-close').click()")
    page.run("document.getElementById('frontier-draw').click()")
    page.wait("!!document.querySelector('[data-chart=live-frontier] svg')")
    check(page.run("document.querySelectorAll('[data-chart=live-frontier] svg path').length") > 3, "the frontier is drawn")
    check_studies(page, check)
    check_aims(page, check)


# Presses the mark of a corner, on its circle in the picture: places are asked of the chart itself.
PRESS_CORNER = """
(() => {
  const chart = live.charts.aims.chart;
  const mark = chart.getOption().series[1].data[%d];
  const [x, y] = chart.convertToPixel({ seriesIndex: 1 }, mark.value);
  const place = chart.getDom().getBoundingClientRect();
  const target = chart.getDom().querySelector('svg');
  for (const type of ['mousemove', 'mousedown', 'mouseup', 'click']) {
    target.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX: place.left + x, clientY: place.top + y }));
  }
})()
"""


def check_aims(page, check):
    """The frontier of two aims: its corners, the present plan beside it, a corner's plan, refusals, measures, an old state."""
    def choose(first, second):
        for name, value in [("aim-first", first), ("aim-second", second)]:
            page.run(f"{{ const c = document.getElementById('{name}'); c.value = '{value}'; c.dispatchEvent(new Event('change')); }}")

    def text(name):
        return page.run(f"document.getElementById('{name}').textContent")

    page.press("#reset")
    page.run("document.getElementById('aims').scrollIntoView()")
    check(page.run("document.getElementById('aims-box').hidden"), "no frontier of two aims is drawn before one is asked for")
    check([page.run("document.getElementById('aim-first').value"), page.run("document.getElementById('aim-second').value")]
          == ["dependency", "public_cost"], "the model's own objectives are chosen first")
    choose("dependency", "dependency")
    page.run("document.getElementById('aims-ask').click()")
    page.wait("!document.getElementById('aims-error').hidden")
    check("named twice" in text("aims-error"), f"an aim against itself is refused beside the choice: {text('aims-error')}")
    choose("dependency", "public_cost")
    check(page.run("document.getElementById('aims-error').hidden"), "another choice takes the refusal away")
    page.run("document.getElementById('aims-ask').click()")
    page.wait("!!document.querySelector('[data-chart=aims] svg')")
    page.settle()
    label = page.run("live.charts.aims.label()")
    check("3 corners, all there are" in label and "This plan: dependency index 40.00" in label, f"its corners and the present plan are told: {label}")
    series = page.run("live.charts.aims.chart.getOption().series.map((one) => [one.name, one.data.length])")
    check(series == [["best there is", 3], ["a corner: press it for its plan", 3], ["this plan", 1]], f"and drawn, found {series}")
    check("goes from" in text("aims"), "the title is a finding")
    page.run(PRESS_CORNER % 1)
    page.wait("!document.getElementById('corner-pin').hidden")
    page.settle()
    told = text("corner-plan")
    check("At this corner: dependency index 55.00" in told and "one MUSD less costs 0.750 points" in told, f"the rates are in words: {told[:300]}")
    rows = page.run("[...document.querySelectorAll('#corner-plan tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent.replace(/\u00a0/g, ' ')))")
    # By hand: all of 90 MUSD here, 60 MUSD there, half of it each for oxide and magnets.
    check(any(row[1:3] == ["45.0 MUSD", "30.0 MUSD"] for row in rows) and any(row[1:3] == ["90.0 MUSD", "60.0 MUSD"] for row in rows),
          f"its awards stand beside those of the present plan, found {rows}")
    page.slide("corner", 1)
    page.wait("document.getElementById('corner-plan').textContent.includes('At this corner: dependency index 100')")
    page.wait("!document.getElementById('corner-pin').hidden")
    page.press("#corner-pin")
    check("the corner with dependency index 100" in text("pinned-name"), "a corner's plan is pinned")
    page.wait("document.querySelectorAll('#moved li').length > 0")
    page.slide("budget", 50)
    page.wait("document.getElementById('aims-state').textContent.includes('work it out again')", 5)
    chosen = text("corner-out")
    page.slide("corner", 2)
    check(text("corner-out") == "none pressed" or chosen == text("corner-out"), "a corner of an earlier state has no plan")
    page.press("#reset")
    page.press("#pin")
    # A measure of the model's own, at its most.
    page.run("document.getElementById('any-path').value = 'measures'; document.getElementById('any-value').value = '{home: \"served[class=domestic]\"}'")
    page.press("#any-apply")
    page.wait("[...document.getElementById('aim-second').options].some((one) => one.value === 'maximize home')")
    choose("public_cost", "maximize home")
    check("other aims" in text("aims-state"), "what was found is of other aims")
    page.run("document.getElementById('aims-ask').click()")
    page.wait("live.charts.aims.label().startsWith('Public cost against home: 3 corners')")
    page.settle()
    label = page.run("live.charts.aims.label()")
    check("This plan: public cost 88.6" in label and "home 2,400" in label, f"a measure is an aim: {label}")
    page.press("#reset")
    # Without a plan there is no frontier either; the reason stands below the choice.
    page.run("document.getElementById('target-share').value = '1%'")
    page.press("#target-add")
    page.wait("live.state.set.length === 1")
    page.settle()
    choose("dependency", "public_cost")
    page.run("document.getElementById('aims-ask').click()")
    page.wait("!document.getElementById('aims-error').hidden")
    check("target" in text("aims-error"), f"why there is no frontier is told: {text('aims-error')}")
    page.press("#reset")


def check_studies(page, check):
    """What is worked out when it is asked for says what it found, and that it is old after a change."""
    page.press("#reset")
    page.run("document.getElementById('measures-ask').click()")
    page.wait("!!document.querySelector('[data-chart=measures] svg')")
    title = page.run("document.querySelector('#measures h2').textContent")
    check("takes most off" in title, f"the title says which programme takes most off, found {title}")
    page.run("document.getElementById('decisions-ask').click()")
    page.wait("!!document.querySelector('#decision-list tbody tr')")
    columns = page.run("[...document.querySelectorAll('#decision-list th')].map((cell) => cell.textContent)")
    check(columns[:6] == ["project", "why", "sign by", "public money", "if it fails", "a year later"],
          f"the decisions have their columns, found {columns}")
    page.settle()
    page.slide("budget", 50)
    # It is drawn behind what is seen: the wait fails where it is not said.
    page.wait("document.getElementById('measures-state').textContent.includes('work it out again')", 5)
    page.press("#undo")
    page.wait("!document.getElementById('measures-state').textContent.includes('work it out again')", 5)
    check(True, "what was worked out is said to be old after a change, and no longer when it is taken back")
    for part in ["dependency", "uses", "awards", "material", "timeline"]:
        title = page.run(f"document.querySelector('#{part} h2').textContent")
        topic = page.run(f"document.querySelector('#{part} h2 .topic')?.textContent || ''")
        check(topic and len(title) > len(topic) + 10, f"the title of {part} is a finding, found {title}")
    check(page.run("document.querySelectorAll('[data-chart=uses] svg path').length") > 3, "each use has its picture")


def check_outcomes(program, browser, folder, model, check):
    """Of a model with outcomes and an adversary: how far the plan spreads, and the plan against the worst answer."""
    more = """
uncertainty: { reveal: 2027, outcomes: { base: 50%, export_ban: 50% } }
adversary: { reveal: 2027, at_most: 1, moves: { export_ban: 1% } }
"""
    path = os.path.join(folder, "outcomes.yaml")
    with open(model, encoding="utf-8") as source, open(path, "w", encoding="utf-8") as copy:
        copy.write(source.read() + more)
    with Server(program, path) as server:
        page = Page(browser, server.address)
        page.settle()
        whiskers = "document.querySelector('[data-chart=dependency] svg').textContent.includes('outcomes of ten')"
        check(not page.run(whiskers), "no spread is drawn before it is asked for")
        page.run("document.getElementById('spread-ask').click()")
        page.wait("document.querySelectorAll('#spread-says li').length > 0")
        check("carried out as it stands until 2027" in page.run("document.getElementById('spread-says').textContent"),
              "how far the plan spreads is said")
        page.wait(whiskers)
        check(True, "the spread is drawn on the index")
        page.settle()
        page.slide("budget", 60)
        page.wait("document.getElementById('spread-state').textContent.includes('work it out again')", 5)
        page.wait("!" + whiskers, 5)
        check(True, "after a change the spread is old and no longer drawn")
        page.run("document.getElementById('answers-ask').click()")
        page.wait("!!document.querySelector('[data-chart=answers] svg')")
        check(page.run("document.getElementById('answers-says').textContent.length") > 20, "the worst answer is said")
        page.press("#undo")
        page.settle()


def check_sharing(page, window, check, server, model):
    page.slide("budget", 75)
    page.press("[data-scenario]")
    value = page.index()
    address = page.run("location.href")
    check("#" in address, "the view is in the address")
    page.run("document.getElementById('whatif-name').value = 'mine'; document.getElementById('whatif-keep').click()")
    check("mine" in page.run("document.getElementById('whatifs').textContent"), "a what-if is kept")
    page.press("#reset")
    page.run("document.querySelector('#whatifs button').click()")
    page.wait("live.state.budgetScale === 0.75")
    page.settle()
    check(page.index() == value, "and shown again")
    with open(model) as file:
        before = file.read()
    page.run("document.getElementById('save-id').value = 'export_ban'; document.getElementById('save').click()")
    page.wait("!document.getElementById('save-error').hidden")
    page.run("document.getElementById('save-id').value = 'from_the_page'; document.getElementById('save').click()")
    page.wait("document.getElementById('save-done').textContent !== ''")
    check(page.run("document.querySelectorAll('[data-scenario=from_the_page]').length") == 1, "it is listed at once")
    page.run("document.getElementById('save-done').textContent = '';"
             " document.getElementById('save-id').value = 'once_more'; document.getElementById('save').click()")
    page.wait("document.getElementById('save-done').textContent !== ''")
    page.press("[data-scenario=from_the_page]")
    page.wait("live.state.scenario.includes('from_the_page')")
    page.press("#undo")
    page.wait("!live.state.scenario.includes('from_the_page')")
    with open(model) as file:
        after = file.read()
    check(after.startswith(before.rstrip("\n")) and "  from_the_page:\n" in after, "a what-if is written as a scenario, comments kept")
    page.browser.call("Page.navigate", url="about:blank")
    again = Page(page.browser, address)
    again.settle()
    check(again.index() is not None and abs(again.index() - value) < 1e-6, "a link shows the same plan")
    check(again.run("document.querySelectorAll('[data-scenario=from_the_page]').length") == 1, "and the new scenario")
    return again


def wander(page, window, check, random, count):
    """Random moves; every tenth is checked against another session."""
    for n in range(count):
        move = random.randrange(9)
        if move == 0:
            page.slide("budget", random.randrange(0, 301, 5))
        elif move == 1:
            ids = page.run("[...document.querySelectorAll('.fund input')].map((i) => [i.id, i.max])")
            name, most = random.choice(ids)
            page.slide(name, random.uniform(0, float(most)))
        elif move == 2:
            count_of = page.run("document.querySelectorAll('[data-scenario]').length")
            page.run(f"document.querySelectorAll('[data-scenario]')[{random.randrange(count_of)}].click()")
        elif move == 3:
            page.run("document.getElementById('undo').click()")
        elif move == 4:
            page.run("document.getElementById('redo').click()")
        elif move == 5:
            radios = page.run("document.querySelectorAll('#facility-form input[type=radio]').length")
            if radios:
                page.run(f"document.querySelectorAll('#facility-form input[type=radio]')[{random.randrange(radios)}].click()")
        elif move == 6:
            built = page.run("document.querySelectorAll('#built button.name').length")
            page.run(f"document.querySelectorAll('#built button.name')[{random.randrange(built)}].click()")
        elif move == 7:
            page.run("document.getElementById('pin').click()")
        else:
            first = page.run("document.getElementById('year').min")
            page.run(f"{{ const y = document.getElementById('year'); y.value = {int(first) + random.randrange(4)};"
                     " y.dispatchEvent(new Event('input')); }")
        if random.random() < 0.7:
            page.settle()
        if n % 10 == 9:
            time.sleep(0.3)
            page.settle()
            check_plan(page, window, check, f"after {n + 1} random moves")


def check_shapes(browser, server, check):
    for words, width, mobile, scheme in [("a phone", 390, True, "light"), ("in the dark", 1280, False, "dark"), ("a wall", 2560, False, "light")]:
        browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=mobile)
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        page = Page(browser, server.address)
        page.settle()
        check(page.run("document.documentElement.scrollWidth <= innerWidth + 1"), f"{words}: nothing is wider than the screen")


#: What the copy of the model says of itself.
HEAD = (("as_of", "2026-03-01"), ("author", "Ann Analyst & Co <ann@example.org>"))


def signed(model, copy):
    """A copy of a model that names an author and the day of its data."""
    with open(model, encoding="utf-8") as file:
        text = file.read()
    for key, value in HEAD:
        text = re.sub(rf"(?m)^{key}:.*\n", "", text)
        text = text.replace("\nname:", f'\n{key}: "{value}"\nname:', 1)
    with open(copy, "w", encoding="utf-8") as file:
        file.write(text)
    return copy


def main(program, model, seed=1):
    path = installed()
    if not path:
        print("no Chromium is installed")
        return 77
    check = Check()
    with tempfile.TemporaryDirectory() as folder:
        copy = signed(model, os.path.join(folder, "model.yaml"))
        with Server(program, copy) as server, Browser(path, width=1440, height=900) as browser:
            window = Window(server)
            window.model = window.call("open", path="model.yaml")["result"]["model"]
            page = Page(browser, server.address)
            own = check_controls(page, window, check)
            check_forms(page, window, check, own)
            check_questions(page, check)
            page = check_sharing(page, window, check, server, copy)
            window.model = window.call("open", path="model.yaml")["result"]["model"]
            page.run("for (const box of document.querySelectorAll('aside > details, .fund')) box.open = true")
            wander(page, window, check, random.Random(seed), 200)
            # The session of the page is killed: it opens another, with the same changes.
            page.press("#reset")
            page.slide("budget", 60)
            for child in server.children():
                os.kill(child, 9)
            page.wait("!!document.querySelector('.toast') && live.state.budgetScale === 0.6", 30)
            page.settle()
            check(page.run("live.shown.scale") == 0.6, "a session that was killed is opened again")
            check_outcomes(program, browser, folder, model, check)
            check_shapes(browser, server, check)
            problems = [p for p in browser.problems if "WebSocket" not in p]
            check(not problems, f"no error in the console, found {problems[:3]}")
            check(all(u.startswith((server.address, "http://127.0.0.1", "data:", "blob:", "about:")) for u in browser.requests), "nothing else is loaded")
    print(f"{check.passed} of {check.passed + check.failed} hold")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4])))
