#!/usr/bin/python3
"""Checks a report in headless Chromium; a line for each fault.

usage: page_checks.py policy|plain PAGE
       page_checks.py axe PAGE AXE-SCRIPT

policy   the content security policy blocks other scripts, styles and requests, and nothing of the page
plain    without scripts the page has no canvas, and everything else
axe      axe-core finds nothing serious, on a desktop and a phone, in light and dark mode

Exit status: 0 if there are no faults, 1 if there are some, 77 if the browser does not start.
"""
import pathlib
import sys

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By

import draw_strokes
from browser import SIZES, requests, set_device, start_browser
from draw_digits import DRAW

# Tries what the policy has to block; returns the directives that were violated.
VIOLATE = """
const done = arguments[0];
const violated = [];
document.addEventListener('securitypolicyviolation', event => violated.push(event.effectiveDirective));
const add = (name, attributes) => document.body.append(Object.assign(document.createElement(name), attributes));
add('script', {textContent: 'window.hasRun = true'});
add('script', {src: 'data:text/javascript,window.hasRun = true'});
add('style', {textContent: 'body { color: red }'});
add('img', {src: 'http://127.0.0.1:9/x.png', alt: 'x'});
add('iframe', {src: 'http://127.0.0.1:9/'});
document.body.setAttribute('onclick', 'window.hasRun = true');
document.body.setAttribute('style', 'color: red');
document.body.click();
fetch('http://127.0.0.1:9/').catch(() => setTimeout(() => done([violated, Boolean(window.hasRun)]), 200));
"""

VIOLATED = ["connect-src", "frame-src", "img-src", "script-src-attr", "script-src-elem", "style-src-attr",
            "style-src-elem"]

AXE = """
const done = arguments[0];
axe.run(document, {resultTypes: ['violations']}).then(results => done(results.violations
    .filter(v => v.impact === 'serious' || v.impact === 'critical')
    .map(v => `${v.impact}: ${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 200)}`)));
"""


def check_policy(page):
    browser = start_browser()
    try:
        browser.get(page.as_uri())
        browser.execute_script(DRAW, draw_strokes.draw(3, 0, 280))
        for entry in browser.get_log("browser"):
            yield f"console: {entry['message']}"
        for url in requests(browser):
            if not url.startswith("data:image/png") and url != page.as_uri():
                yield f"requests {url}"
        violated, has_run = browser.execute_async_script(VIOLATE)
        if sorted(set(violated)) != VIOLATED:
            yield f"expected violations of {VIOLATED}, found {sorted(set(violated))}"
        if has_run:
            yield "a script that is not the page's has run"
    finally:
        browser.quit()


def check_plain(page):
    browser = start_browser({"profile.managed_default_content_settings.javascript": 2})
    try:
        browser.get(page.as_uri())
        for element in ("draw", "draw-canvas", "draw-clear"):
            if browser.find_element(By.ID, element).is_displayed():
                yield f"{element} is visible"
        for element in ("test", "training", "weights", "digits", "misclassified", "reproduce"):
            if not browser.find_element(By.ID, element).is_displayed():
                yield f"{element} is not visible"
        for link in browser.find_elements(By.CSS_SELECTOR, ".wrong a")[:3]:
            link.click()
            cell = browser.find_element(By.ID, link.get_attribute("href").split("#")[1])
            if not cell.is_displayed():
                yield f"{link.get_attribute('href')} is not visible after a click"
    finally:
        browser.quit()


def check_axe(page, script):
    browser = start_browser()
    try:
        for size in SIZES:
            for scheme in ("light", "dark"):
                set_device(browser, size, scheme)
                browser.get(page.as_uri() + "#cell-9-4")
                browser.execute_script(DRAW, draw_strokes.draw(3, 0, 280))
                browser.execute_script(script)
                for fault in browser.execute_async_script(AXE):
                    yield f"{size}, {scheme}: {fault}"
    finally:
        browser.quit()


def main():
    check, page = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    try:
        if check == "policy":
            faults = list(check_policy(page))
        elif check == "plain":
            faults = list(check_plain(page))
        else:
            faults = list(check_axe(page, pathlib.Path(sys.argv[3]).read_text(encoding="utf-8")))
    except WebDriverException as problem:
        print(problem.msg, file=sys.stderr)
        sys.exit(77 if "session not created" in str(problem.msg) else 1)
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


main()
