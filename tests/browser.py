#!/usr/bin/python3
"""Opens a page in headless Chromium and prints its faults.

usage: browser.py PAGE [DIRECTORY]

Loads the page with the width of a desktop and of a phone, in light and dark mode, and prints a line
for each fault: a message in the console, a request for another resource, a page that scrolls
sideways, an image that does not load or has no alternative text. With DIRECTORY, screenshots go
there. Exit status: 0 if there are no faults, 1 if there are some, 77 if the browser does not start.

Needs python3-selenium, chromium and chromium-driver.
"""
import json
import pathlib
import sys

from selenium import webdriver
from selenium.common.exceptions import WebDriverException

SIZES = {"desktop": (1280, 900), "phone": (360, 740)}


def start_browser(preferences=None):
    options = webdriver.ChromeOptions()
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(option)
    options.add_experimental_option("prefs", preferences or {})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.chrome.service.Service("/usr/bin/chromedriver")
    return webdriver.Chrome(service=service, options=options)


def requests(browser):
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            yield message["params"]["request"]["url"]


def set_device(browser, size, scheme):
    width, height = SIZES[size]
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"},
    )
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )


def find_faults(browser, page, size, scheme):
    set_device(browser, size, scheme)
    browser.get(page.as_uri())
    for url in requests(browser):
        if not url.startswith("data:") and url != page.as_uri():
            yield f"requests {url}"
    for entry in browser.get_log("browser"):
        yield f"console: {entry['message']}"
    found = browser.execute_script("return document.documentElement.scrollWidth")
    if found > SIZES[size][0]:
        yield f"is {found} pixels wide"
    for image in browser.execute_script(
        "return [...document.images].filter(i => !i.naturalWidth || !i.alt).map(i => i.alt)"
    ):
        yield f"an image does not load or has no alternative text: '{image}'"


def save_screenshot(browser, path):
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
        browser = start_browser()
    except WebDriverException as problem:
        print(problem.msg, file=sys.stderr)
        sys.exit(77)
    has_faults = False
    try:
        for size in SIZES:
            for scheme in ("light", "dark"):
                for fault in find_faults(browser, page, size, scheme):
                    print(f"{size}, {scheme}: {fault}")
                    has_faults = True
                if len(sys.argv) > 2:
                    save_screenshot(browser, pathlib.Path(sys.argv[2]) / f"{size}-{scheme}.png")
    finally:
        browser.quit()
    sys.exit(1 if has_faults else 0)


if __name__ == "__main__":
    main()
