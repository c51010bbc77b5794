// The conversation as bubbles. Each line of the server is shown once: cursors only grow, and a message and its reply,
// which share one, always come together.

import { button, copy, element } from "./dom.js";
import { language, say, zone } from "./texts.js";

const scroll = document.getElementById("scroll");
const log = document.getElementById("log");
const MARGIN = 12;
const PAUSE = 5 * 60 * 1000;
const DAY = 24 * 60 * 60 * 1000;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone });
const calendar = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: zone });

const labels = new Map();
const unsettled = [];
let lastShown = 0;
let lastAt = null;
let choose = () => {};

export function whenChosen(handler) {
  choose = handler;
}

// Where the page stands in the conversation, and from where the server is asked for more.
export function lastCursor() {
  return lastShown;
}

// What is there on return was heard before; only what comes from now on is read out.
export function readOutFromNowOn() {
  log.setAttribute("aria-live", "polite");
}

export function showAll(lines) {
  const follow = isAtEnd();
  const fresh = lines.filter((line) => line.cursor > lastShown);
  const bubbles = fresh.map(show);
  lastShown = Math.max(lastShown, ...fresh.map((line) => line.cursor));
  if (!follow) return;
  scrollToEnd();
  keepBeginning(bubbles.find(Boolean));
}

// An answer longer than the window is read from its beginning, where the complaint number stands.
function keepBeginning(bubble) {
  if (!bubble) return;
  const top = Math.max(0, scroll.getBoundingClientRect().top) + MARGIN;
  scroller().scrollTop -= Math.max(0, top - bubble.getBoundingClientRect().top);
}

// A bubble for what is on its way; it becomes the line itself when the server shows it.
export function showPending(words, files = []) {
  if (words) dropChoices();
  showTime(new Date());
  const bubble = place(mine(words, files));
  const state = element("span", { className: "state", textContent: say("sending") });
  bubble.append(state);
  scrollToEnd();
  return { bubble, state, files: files.length > 0 };
}

// Acknowledged: the next line of ours that arrives takes this bubble's place.
export function settle(pending, key) {
  pending.state.textContent = key ? say(key) : "";
  unsettled.push(pending);
}

// After a look at the history nothing is left to wait for: what did not appear was on the page before.
export function forgetSettled() {
  unsettled.filter((pending) => !pending.keep).forEach((pending) => pending.bubble.remove());
  unsettled.splice(0, unsettled.length, ...unsettled.filter((pending) => pending.keep));
}

export function showFailed(pending, reason, onagain, onremove) {
  pending.bubble.classList.add("failed");
  pending.state.textContent = `${say("not_sent")}：${reason}`;
  const remove = button("small", say("remove"), () => { pending.bubble.remove(); onremove(); });
  pending.bubble.append(onagain ? button("small", say("again"), () => { pending.bubble.remove(); onagain(); }) : "", remove);
}

function show(line) {
  showTime(new Date(line.at));
  if (line.direction === "in") return showMine(line);
  if (line.choices.length) dropChoices();
  line.choices.forEach((choice) => labels.set(choice.key, choice.label));
  return place(theirs(line));
}

function showMine(line) {
  if (line.text) dropChoices();
  const bubble = mine(labels.get(line.text) ?? line.text, line.files);
  const waiting = unsettled.findIndex((pending) => pending.files === line.files.length > 0);
  if (waiting < 0) return place(bubble);
  return unsettled.splice(waiting, 1)[0].bubble.replaceWith(bubble);
}

function mine(words, files) {
  const names = files.map((name) => element("li", {}, element("span", { textContent: name })));
  return element("div", { className: "bubble in" },
    speaker("me"),
    words ? element("span", { textContent: words }) : null,
    names.length ? element("ul", { className: "names-of-files" }, ...names) : null);
}

function theirs(line) {
  return element("div", { className: "bubble out" },
    speaker("service"),
    element("span", { textContent: line.text }),
    line.copyable ? copyable(line.copyable) : null,
    choices(line.choices.filter((choice) => !choice.aside), "choices"),
    choices(line.choices.filter((choice) => choice.aside), "choices asides"));
}

function copyable(value) {
  const press = button("small", say("copy"), async () => { await copy(value); press.textContent = say("copied"); });
  press.setAttribute("aria-label", say("copy_label", { value }));
  return element("div", { className: "copyable" }, shown(value), press);
}

// An address of another app is opened by a touch, or copied to the device that has the app.
function shown(value) {
  if (!value.startsWith("https://")) return element("code", { textContent: value });
  return element("a", { className: "link", href: value, rel: "noreferrer", target: "_blank", textContent: value });
}

function choices(offered, className) {
  if (!offered.length) return null;
  const items = offered.map((choice) => element("li", {}, button("choice", choice.label, () => choose(choice))));
  return element("ul", { className }, ...items);
}

// Once a question is answered or another one asked, its choices stay readable but can no longer be pressed.
// A file sent in between, or a notice that arrives, leaves the question open.
function dropChoices() {
  for (const old of log.querySelectorAll("button.choice")) {
    old.replaceWith(element("span", { className: "choice", textContent: old.textContent }));
  }
}

function speaker(key) {
  return element("span", { className: "hidden", textContent: `${say(key)}: ` });
}

// The time is told once for what was said in one go.
function showTime(at) {
  const isNear = lastAt !== null && Math.abs(at - lastAt) < PAUSE;
  lastAt = at;
  if (isNear) return;
  const words = `${dayInWords(at)} ${clock.format(at)}`;
  log.append(element("time", { className: "moment", dateTime: at.toISOString(), textContent: words }));
}

function dayInWords(at) {
  const day = calendar.format(at);
  if (day === calendar.format(Date.now())) return say("today");
  return day === calendar.format(Date.now() - DAY) ? say("yesterday") : day;
}

function place(bubble) {
  log.append(bubble);
  return bubble;
}

// On short screens the whole page scrolls and not the conversation in it.
function scroller() {
  return scroll.scrollHeight > scroll.clientHeight ? scroll : document.scrollingElement;
}

function isAtEnd() {
  const { scrollHeight, scrollTop, clientHeight } = scroller();
  return scrollHeight - scrollTop - clientHeight < 160;
}

export function scrollToEnd() {
  scroller().scrollTop = scroller().scrollHeight;
}
