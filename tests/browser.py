#!/usr/bin/python3
"""Opens a page in headless Chromium and tells what is wrong with it.

usage: browser.py PAGE [FOLDER]

At the width of a desktop and of a phone, light and dark: messages in the console, requests for
anything but the page itself, a page that scrolls sideways, pictures that do not load or have no
alternative text. Prints a line for each; with FOLDER, screenshots go there. Exits with 1 if there
was anything, with 77 if the browser does not start here.

Needs python3-selenium, chromium and chromium-driver.
"""
import json
import pathlib
import sys

from selenium import webdriver
from selenium.common.exceptions import WebDriverException

SIZES = {"desktop": (1280, 900), "phone": (360, 740)}


def begin():
    options = webdriver.ChromeOptions()
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.chrome.service.Service("/usr/bin/chromedriver")
    return webdriver.Chrome(service=service, options=options)


def requests(browser):
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            yield message["params"]["request"]["url"]


def look(browser, page, size, scheme):
    width, height = SIZES[size]
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"},
    )
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    browser.get(page.as_uri())
    for url in requests(browser):
        if not url.startswith("data:") and url != page.as_uri():
            yield f"asks for {url}"
    for entry in browser.get_log("browser"):
        yield f"console: {entry['message']}"
    found = browser.execute_script("return document.documentElement.scrollWidth")
    if found > width:
        yield f"is {found} wide"
    for picture in browser.execute_script(
        "return [...document.images].filter(i => !i.naturalWidth || !i.alt).map(i => i.alt)"
    ):
        yield f"a picture does not load or has no text: '{picture}'"


def shoot(browser, path):
    height = browser.execute_script("return document.documentElement.scrollHeight")
    metrics = browser.execute_script("return innerWidth")
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": metrics, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.save_screenshot(str(path))


def main():
    page = pathlib.Path(sys.argv[1]).resolve()
    try:
        browser = begin()
    except WebDriverException as problem:
        print(problem.msg, file=sys.stderr)
        sys.exit(77)
    wrong = False
    try:
        for size in SIZES:
            for scheme in ("light", "dark"):
                for problem in look(browser, page, size, scheme):
                    print(f"{size}, {scheme}: {problem}")
                    wrong = True
                if len(sys.argv) > 2:
                    shoot(browser, pathlib.Path(sys.argv[2]) / f"{size}-{scheme}.png")
    finally:
        browser.quit()
    sys.exit(1 if wrong else 0)


main()
