#!/usr/bin/python3
"""Opens a report in a headless browser and prints a line for each fault.

usage: browser.py PAGE

The page is loaded with the width of a desktop and of a phone, in light and dark mode. Faults: a page that
scrolls sideways, an image that does not load or has no alternative text, a message in the console, a
request for another resource, anything that the content security policy does not block, and a page that
without scripts has a canvas or lacks anything else. Exit status: 0 if there are no faults,
1 if there are some, 77 if the browser does not start.

Needs python3-selenium, chromium and chromium-driver.
"""
import json
import pathlib
import sys

SIZES = {"desktop": (1280, 900), "phone": (360, 740)}

# Tries what the policy has to block; returns when all of these directives were violated.
VIOLATE = """
const [expected, done] = arguments;
const violated = new Set();
document.addEventListener('securitypolicyviolation', event => {
    violated.add(event.effectiveDirective);
    if (expected.every(directive => violated.has(directive)))
        done(Boolean(window.hasRun));
});
const add = (name, attributes) => document.body.append(Object.assign(document.createElement(name), attributes));
add('script', {src: 'data:text/javascript,window.hasRun = true'});
add('link', {rel: 'stylesheet', href: 'http://127.0.0.1:9/x.css'});
add('img', {src: 'http://127.0.0.1:9/x.png', alt: 'x'});
add('iframe', {src: 'http://127.0.0.1:9/'});
fetch('http://127.0.0.1:9/').catch(() => {});
"""

VIOLATED = ["connect-src", "frame-src", "img-src", "script-src-elem", "style-src-elem"]


def start_chromium(preferences=None):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(option)
    options.add_experimental_option("prefs", preferences or {})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.chrome.service.Service("/usr/bin/chromedriver")
    return webdriver.Chrome(service=service, options=options)


def start(preferences=None):
    """The browser. Ends with status 77 if it does not start."""
    try:
        return start_chromium(preferences)
    except Exception as problem:  # an import or an error of selenium
        print(problem, file=sys.stderr)
        sys.exit(77)


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


def layout_faults(browser, width):
    found = browser.execute_script("return document.documentElement.scrollWidth")
    if found > width:
        yield f"is {found} pixels wide"
    for alt in browser.execute_script(
        "return [...document.images].filter(i => !i.naturalWidth || !i.alt).map(i => i.alt)"
    ):
        yield f"an image does not load or has no alternative text: '{alt}'"


def faults_with_scripts(browser, page):
    for size, (width, _) in SIZES.items():
        for scheme in ("light", "dark"):
            set_device(browser, size, scheme)
            browser.get(page.as_uri())
            for url in requests(browser):
                if not url.startswith("data:image/png") and url != page.as_uri():
                    yield f"requests {url}"
            for entry in browser.get_log("browser"):
                yield f"console: {entry['message']}"
            for fault in layout_faults(browser, width):
                yield f"{size}, {scheme}: {fault}"
    if browser.execute_async_script(VIOLATE, VIOLATED):
        yield "a script that is not the page's has run"


def faults_without_scripts(browser, page):
    from selenium.webdriver.common.by import By

    browser.get(page.as_uri())
    for element in ("draw", "draw-canvas", "draw-clear"):
        if browser.find_element(By.ID, element).is_displayed():
            yield f"{element} is visible without scripts"
    for element in ("test", "training", "weights", "digits", "misclassified", "reproduce"):
        if not browser.find_element(By.ID, element).is_displayed():
            yield f"{element} is not visible without scripts"
    for link in browser.find_elements(By.CSS_SELECTOR, ".wrong a")[:3]:
        link.click()
        if not browser.find_element(By.ID, link.get_attribute("href").split("#")[1]).is_displayed():
            yield f"{link.get_attribute('href')} is not visible after a click"


def find_faults(page):
    browser = start()
    try:
        yield from faults_with_scripts(browser, page)
    finally:
        browser.quit()
    browser = start({"profile.managed_default_content_settings.javascript": 2})
    try:
        yield from faults_without_scripts(browser, page)
    finally:
        browser.quit()


def main():
    faults = list(find_faults(pathlib.Path(sys.argv[1]).resolve()))
    print("\n".join(faults))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
