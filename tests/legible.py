"""What makes a page legible, measured in the page itself: sizes, contrast, width."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Page

MIN_TEXT = 18.0
MIN_TARGET = 44.0
MIN_CONTRAST = 7.0

_MEASURE = r"""
() => {
  const seen = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
    && !element.closest(".hidden, .picker, .skip, noscript");
  const colour = (text) => (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const over = (top, below) => {
    const alpha = top[3] ?? 1;
    return [0, 1, 2].map((part) => top[part] * alpha + below[part] * (1 - alpha));
  };
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    return over(colour(getComputedStyle(element).backgroundColor), ground(element.parentElement));
  };
  const light = (rgb) => rgb.map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const hasWords = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const worded = [...document.body.querySelectorAll("*")].filter((element) => hasWords(element) && seen(element));
  const targets = [...document.querySelectorAll("a, button, input, textarea, select")].filter(seen);
  return {
    texts: worded.map((element) => ({
      words: element.textContent.trim().slice(0, 30),
      size: parseFloat(getComputedStyle(element).fontSize),
      contrast: contrast(over(colour(getComputedStyle(element).color), ground(element)), ground(element)),
    })),
    targets: targets.map((element) => {
      const box = element.getBoundingClientRect();
      return { name: element.id || element.textContent.trim(), width: box.width, height: box.height };
    }),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}
"""


@dataclass(frozen=True)
class Measured:
    """What is too small, too pale, too narrow to hit; ``overflow`` is how far the page is wider than the window."""

    small: list[str]
    pale: list[str]
    narrow: list[str]
    overflow: float
    texts: int
    targets: int


async def measure(page: Page) -> Measured:
    await page.wait_for_load_state("load")  # a page has its words before it has its style sheet
    found = await page.evaluate(_MEASURE)
    return Measured(
        small=[text["words"] for text in found["texts"] if text["size"] < MIN_TEXT],
        pale=[f"{text['words']} {text['contrast']:.1f}" for text in found["texts"] if text["contrast"] < MIN_CONTRAST],
        narrow=[
            f"{target['name']} {target['width']:.0f}x{target['height']:.0f}"
            for target in found["targets"]
            if min(target["width"], target["height"]) < MIN_TARGET
        ],
        overflow=found["overflow"],
        texts=len(found["texts"]),
        targets=len(found["targets"]),
    )


async def check_legible(page: Page) -> None:
    measured = await measure(page)
    assert measured.texts > 0, "no text was found to measure"
    assert measured.targets > 0, "nothing to press was found"
    assert not measured.small, measured.small
    assert not measured.pale, measured.pale
    assert not measured.narrow, measured.narrow
    assert measured.overflow <= 0, measured.overflow
