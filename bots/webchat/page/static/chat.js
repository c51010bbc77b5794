// Wires the page together: what is typed goes out, what the server says comes in.

import { element, uniqueId } from "./dom.js";
import * as log from "./log.js";
import { Queue, waiting } from "./outbox.js";
import { postFiles, postMessage, readHistory } from "./server.js";
import { limits, say } from "./texts.js";

const by = (id) => document.getElementById(id);
const compose = by("compose");
const notice = by("notice");
const messages = new Queue(paused);
const uploads = new Queue(paused);

const REFUSED_STREAM_PAUSE = 5000;

let started = false;
let stream = null;
let held = [];
let inFlight = 0;

// ── what is said ──

function utter(item) {
  waiting.add(item);
  send(item);
}

function send(item) {
  inFlight += 1;
  const pending = log.showPending(item.label ?? item.text);
  messages.add({
    send: () => postMessage(item),
    waiting: () => { pending.state.textContent = say("waiting"); },
    done: (answer) => acknowledged(pending, answer, () => waiting.remove(item.id)),
    refused: (answer) => { waiting.remove(item.id); refused(pending, answer, () => utter({ ...item, id: uniqueId() })); },
  });
}

function upload(files) {
  const id = uniqueId();
  inFlight += 1;
  const pending = log.showPending("", files.map((file) => file.name));
  const bar = element("progress", { max: 1, value: 0, ariaLabel: say("uploading_label") });
  pending.bubble.append(bar);
  const progressed = (part) => {
    bar.value = part;
    pending.state.textContent = say("uploading", { percent: Math.round(part * 100) });
  };
  uploads.add({
    send: () => postFiles(id, files, progressed),
    waiting: () => { pending.state.textContent = say("waiting"); },
    done: (answer) => { bar.remove(); return acknowledged(pending, answer, () => {}); },
    refused: (answer) => { bar.remove(); refused(pending, answer, () => upload(files)); },
  });
}

// A message that was only kept for later shows in the history when the database is back; until then its bubble stays.
async function acknowledged(pending, answer, forget) {
  forget();
  pending.keep = answer.status === 202;
  log.settle(pending, pending.keep ? "kept" : "");
  tell(pending.keep ? answer.body.replies[0].text : "");
  inFlight -= 1;
  await catchUp();
}

function refused(pending, answer, again) {
  inFlight -= 1;
  log.showFailed(pending, answer.body.message ?? String(answer.status), again, () => compose.focus());
  release();
}

function paused(answer) {
  tell(answer?.body?.message ?? say("offline"));
}

function tell(words) {
  notice.textContent = words;
  notice.hidden = !words;
}

// ── what is heard ──

async function catchUp() {
  try {
    log.showAll(await readHistory(log.lastCursor()));
    log.forgetSettled();
  } catch {
    // The stream brings the same lines when it is back.
  }
  release();
}

// While something of ours is on its way its line could arrive before its acknowledgement and be shown twice.
function heard(lines) {
  held.push(lines);
  release();
}

function release() {
  if (inFlight) return;
  held.forEach(log.showAll);
  held = [];
}

function listen() {
  if (!started || stream || document.hidden) return;
  stream = new EventSource(`/chat/events?after=${log.lastCursor()}`);
  stream.onmessage = (event) => heard(JSON.parse(event.data));
  stream.onopen = () => { if (!messages.busy && !uploads.busy) tell(""); };
  stream.onerror = () => { if (stream?.readyState === EventSource.CLOSED) rest(); };
}

// A hidden page gives its connection back: browsers allow few to one host, and phones save power.
function rest() {
  stream?.close();
  stream = null;
}

async function start() {
  log.whenChosen((choice) => utter({ id: uniqueId(), choice: choice.key, label: choice.label }));
  for (let pause = 500; !(await firstLines()); pause = Math.min(pause * 2, 8000)) {
    tell(say("offline"));
    await new Promise((resolve) => { setTimeout(resolve, pause); });
  }
  started = true;
  log.readOutFromNowOn();
  waiting.all().forEach(send);
  listen();
}

async function firstLines() {
  try {
    log.showAll(await readHistory(0));
    log.scrollToEnd();
    tell("");
    return true;
  } catch {
    return false;
  }
}

// ── the controls ──

function submit(event) {
  event.preventDefault();
  const text = compose.value.trim();
  compose.focus();
  if (!text) return;
  if (text.length > limits.characters) return tell(say("too_long", { max: limits.characters }));
  compose.value = "";
  tell("");
  utter({ id: uniqueId(), text });
}

function picked(list) {
  const files = [...list].filter(isAcceptable);
  if (files.length > limits.files) tell(say("too_many_files", { max: limits.files }));
  if (files.length) upload(files.slice(0, limits.files));
}

function isAcceptable(file) {
  const tooLarge = file.size > limits.megabytes * 1048576;
  if (tooLarge) tell(say("file_too_large", { name: file.name, max: limits.megabytes }));
  if (!file.size) tell(say("file_empty", { name: file.name }));
  return file.size && !tooLarge;
}

// A file dropped beside the composer would otherwise replace the page, and with it what is being typed.
function dragged(event) {
  event.preventDefault();
  by("composer").classList.toggle("dropping", event.type === "dragover");
  if (event.type === "drop") picked(event.dataTransfer.files);
}

function setLarger(on) {
  document.documentElement.dataset.text = on ? "large" : "";
  by("larger").setAttribute("aria-pressed", String(on));
  localStorage.setItem("tousu.larger", on ? "yes" : "");
}

// On a keyboard Enter sends; on a phone it is the only way to a new line. Choosing a Chinese word with Enter is neither.
function isSendKey(event) {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && !matchMedia("(pointer: coarse)").matches;
}

by("composer").addEventListener("submit", submit);
compose.addEventListener("keydown", (event) => { if (isSendKey(event)) submit(event); });
by("attach").addEventListener("click", () => by("files").click());
by("files").addEventListener("change", (event) => { picked(event.target.files); event.target.value = ""; });
compose.addEventListener("paste", (event) => { if (event.clipboardData.files.length) picked(event.clipboardData.files); });
by("quick-status").addEventListener("click", () => utter({ id: uniqueId(), text: say("quick_status_text") }));
by("quick-human").addEventListener("click", () => utter({ id: uniqueId(), text: say("quick_human_text") }));
by("quick-family").addEventListener("click", () => { compose.value = say("quick_family_text"); compose.focus(); });
by("larger").addEventListener("click", (event) => setLarger(event.target.getAttribute("aria-pressed") !== "true"));
for (const kind of ["dragover", "dragleave", "drop"]) addEventListener(kind, dragged);
document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
addEventListener("offline", () => tell(say("offline")));
addEventListener("beforeunload", (event) => { if (uploads.busy) event.preventDefault(); });

setLarger(localStorage.getItem("tousu.larger") === "yes");
// A browser resumes a broken stream itself, but gives up on one that was refused.
setInterval(listen, REFUSED_STREAM_PAUSE);
start();
