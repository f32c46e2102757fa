"""Opens pages in a headless browser over its debugging pipe, looks at them as people do, and fails if anything is wrong.

    look.py BROWSER DIRECTORY PAGE...

The protocol is JSON with a zero byte behind each message: https://chromedevtools.github.io/devtools-protocol/
"""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

VIEWS = [  # name, colour scheme, width
    ("light", "light", 1280),
    ("dark", "dark", 1280),
    ("light-narrow", "light", 400),
    ("dark-narrow", "dark", 400),
]
# What the page itself knows: drawings and their sizes, text and its contrast, what sticks out at the side.
MEASURE = r"""
(() => {
  const found = [];
  const luminance = c => { const f = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
  const colour = text => text.match(/[\d.]+/g).map(Number);
  const ground = node => { for (; node; node = node.parentElement) {
    const c = colour(getComputedStyle(node).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const drawings = [...document.querySelectorAll('svg')];
  for (const svg of drawings) { const box = svg.getBoundingClientRect();
    if (box.width < 8 || box.height < 4) found.push(`a drawing of ${box.width} x ${box.height}: ${svg.textContent}`); }
  let texts = 0, least = 21;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const node = walk.currentNode, holder = node.parentElement;
    if (!node.data.trim() || holder.closest('svg, script')) continue;
    const [a, b] = [luminance(colour(getComputedStyle(holder).color)), luminance(ground(holder))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    texts += 1; least = Math.min(least, ratio);
    if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(2)}: ${node.data.trim().slice(0, 40)}`); }
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.push(`the page is ${wide} px wider than the window`);
  const foreign = document.querySelectorAll('script, img, iframe, object, embed, link, [onload], [src], [href]').length;
  if (foreign) found.push(`${foreign} elements that could load or run something`);
  return { found, drawings: drawings.length, texts, least, height: document.documentElement.scrollHeight };
})()
"""


class Browser:
    def __init__(self, program):
        self.profile = tempfile.TemporaryDirectory(prefix="dynadrill-report-")
        (read, answers), (calls, write) = os.pipe(), os.pipe()
        # The browser reads calls at 3 and writes answers to 4.
        arguments = [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--hide-scrollbars",
                     f"--user-data-dir={self.profile.name}", "--no-first-run", "--disable-background-networking", "about:blank"]
        high = [os.dup2(calls, 60, inheritable=True), os.dup2(answers, 61, inheritable=True)]
        shell = ["bash", "-c", 'exec "$0" "$@" 3<&60 4>&61', *arguments]
        self.process = subprocess.Popen(shell, pass_fds=high, stderr=subprocess.DEVNULL)
        for handle in [calls, answers, *high]:
            os.close(handle)
        self.read, self.write, self.rest, self.number, self.events, self.session = read, write, b"", 0, [], None

    def message(self):
        while b"\0" not in self.rest:
            part = os.read(self.read, 1 << 20)
            if not part:
                raise SystemExit("the browser has ended")
            self.rest += part
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.message())

    def close(self):
        self.session = None
        try:
            self.call("Browser.close")
        except (SystemExit, OSError):
            pass
        self.process.wait(timeout=20)
        for _ in range(20):
            try:
                self.profile.cleanup()
                return
            except OSError:
                time.sleep(0.2)


def faults(events, address):
    """What the browser said that it should not have: errors, and requests of anything but the page itself."""
    for event in events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent" and params["request"]["url"].split("#")[0] != address:
            yield f"a request: {params['request']['url'][:120]}"
        elif method == "Network.loadingFailed":
            yield f"a load failed: {params['errorText']}"
        elif method == "Runtime.exceptionThrown":
            yield f"an exception: {params['exceptionDetails']['text']}"
        elif method == "Runtime.consoleAPICalled":
            yield f"on the console: {params['args']}"
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            yield f"in the log: {params['entry']['text']}"


def main(program, directory, pages):
    browser, wrong = Browser(program), []
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ["Page", "Runtime", "Network", "Log"]:
        browser.call(f"{domain}.enable")
    for name in pages:
        path = pathlib.Path(directory, name + ".html").resolve()
        for view, scheme, width in VIEWS:
            browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
            browser.call("Emulation.setEmulatedMedia", media="screen", features=[{"name": "prefers-color-scheme", "value": scheme}])
            browser.events.clear()
            browser.call("Page.navigate", url=path.as_uri())
            browser.wait_for("Page.loadEventFired")
            measured = browser.call("Runtime.evaluate", expression=MEASURE, returnByValue=True)["result"]["value"]
            clip = {"x": 0, "y": 0, "width": width, "height": min(measured["height"], 12_000), "scale": 1}
            picture = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
            pathlib.Path(directory, f"{name}-{view}.png").write_bytes(base64.b64decode(picture["data"]))
            found = measured["found"] + list(faults(browser.events, path.as_uri()))
            if measured["drawings"] < 20:
                found.append(f"expected at least 20 drawings, found {measured['drawings']}")
            wrong += [f"{name}, {view}: {fault}" for fault in found]
            print(f"{name}, {view}: {measured['drawings']} drawings, {measured['texts']} texts, "
                  f"least contrast {measured['least']:.1f}, {measured['height']} px high")
        browser.call("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        paper = browser.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        pathlib.Path(directory, f"{name}.pdf").write_bytes(base64.b64decode(paper["data"]))
    browser.close()
    for fault in wrong:
        print(fault, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
