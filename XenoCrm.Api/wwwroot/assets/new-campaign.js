// The page of a new campaign: counts and shows while one types. Without it the same form takes two steps.

const form = document.getElementById("campaign");
const builder = form.querySelector("rule-builder");
const field = name => form.elements[name];
const part = (name, root = form) => root.querySelector(`[data-${name}]`);
const numbers = new Intl.NumberFormat();
const many = Number(form.dataset.many);
const dialog = document.getElementById("confirm");
const draftName = `xenocrm-draft ${form.dataset.person}`;

// ---- Asking the server: the last question is the one that is answered ----

function asker(wait, ask, done) {
  let timer, controller;
  const stop = () => {
    clearTimeout(timer);
    controller?.abort();
  };
  const start = (...question) => {
    stop();
    timer = setTimeout(async () => {
      const own = controller = new AbortController();
      try {
        const answer = await ask(own.signal, ...question);
        if (!own.signal.aborted) done(answer, ...question);
      } catch (error) {
        if (error.name !== "AbortError" && !own.signal.aborted) done(null, ...question);
      }
    }, wait);
  };
  return Object.assign(start, { stop });
}

async function post(path, body, signal) {
  const answer = await fetch(path, {
    method: "POST",
    signal,
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body,
  });
  return { ok: answer.ok, status: answer.status, json: await answer.json().catch(() => ({})) };
}

// With the rule as it stands: its numbers must not go through a reader that rounds them.
const withRule = (members, rule) => {
  const text = JSON.stringify(members).slice(1, -1);
  return `{${[text, rule && `"rule":${rule}`].filter(Boolean).join(",")}}`;
};
const fault = answer => !answer ? "The server cannot be reached now. It is asked again with the next change."
  : answer.status === 401 ? "You were signed out. Sign in in another tab, then go on here."
  : answer.json.detail ?? Object.entries(answer.json.errors ?? {}).map(([path, faults]) => `${path}: ${faults.join(" ")}`).join(" ");

// ---- How many ----

const audience = part("audience");
const of = name => audience.querySelector(`[data-of=${name}]`);
let counted = null;

const without = name => [...form.querySelectorAll(`[name=${name}]:checked`)].map(box => box.value);

const withRules = (members, rules) => `${JSON.stringify(members).slice(0, -1)},"rules":[${rules.join(",")}]}`;

// With people left out, a channel, or where it is told how often or when one is written to, it is the campaign that is counted, and not
// the segment.
async function ask(signal, rule) {
  const exclude = { segments: without("withoutSegments"), campaigns: without("withoutCampaigns") };
  const rules = without("withoutRules");
  const channel = field("channel").value || null;
  const [from, to] = [field("quietFrom").value, field("quietTo").value];
  const quietHours = from && to && from !== to ? { from, to } : null;
  const transactional = field("transactional")?.checked ?? false;
  const isPlain = exclude.segments.length + exclude.campaigns.length + rules.length === 0 && form.dataset.limits === undefined
    && channel === null && quietHours === null;
  if (isPlain) return post("/segments/preview", withRule({}, rule), signal);
  const body = schedule => `${JSON.stringify({ name: "…", message: "…", channel, quietHours, transactional, schedule }).slice(0, -1)},`
    + `"rule":${rule},"exclude":${withRules(exclude, rules)}}`;
  const at = field("at").value;
  let answer = await post("/campaigns/preview", body(at === "" ? null : { at, zone: field("clocks").value || null }), signal);

  // A time that is over is told at its field.
  if (answer.status === 400 && at !== "") answer = await post("/campaigns/preview", body(null), signal);
  if (answer.ok) {
    // Who has had enough is found out when the message leaves; until then they are among the recipients.
    answer.json.reachable = answer.json.recipients + answer.json.capped;
    answer.json.sample = answer.json.sample.map(one => ({ id: one.customerId, name: one.name }));
  }
  return answer;
}

const count = asker(250, ask, (answer, rule) => {
  if (!answer?.ok) {
    if (answer?.status === 400) part("rule-fault").textContent = fault(answer);
    else of("why").textContent = fault(answer);
    return;
  }
  show(answer.json, rule);
});

// Who is among them and would not get it at once.
function heldBack({ capped, later }) {
  return [
    capped ? `${numbers.format(capped)} of them have had enough messages for now and would be skipped.` : "",
    later ? `${numbers.format(later)} would get it later, because of the hour where they are.` : "",
  ].filter(Boolean).join(" ");
}

function show(preview, rule) {
  counted = { rule, reachable: preview.reachable, held: heldBack(preview) };
  const { unsubscribed, suppressed, noAddress } = preview.unreachable;
  const reasons = [
    [unsubscribed, "unsubscribed"], [suppressed, "on the suppression list"], [noAddress, "no address"], [preview.excluded ?? 0, "left out"],
  ].filter(([people]) => people > 0);
  audience.dataset.state = preview.count === 0 ? "none" : "known";
  of("none").textContent = preview.count === 0 ? "Nobody matches." : "";
  of("count").textContent = numbers.format(preview.count);
  of("people").textContent = preview.count === 1 ? "person matches" : "people match";
  of("reachable").textContent = numbers.format(preview.reachable);
  of("reached").textContent = preview.excluded === undefined ? "can be reached" : "would get it";
  of("why").textContent =
    preview.count === 0
      ? "Remove a condition, or widen one."
      : reasons.length === 0
        ? ""
        : `${numbers.format(preview.count - preview.reachable)} ${preview.excluded ? "do not" : "cannot"}: ` +
          reasons.map(([people, why]) => `${numbers.format(people)} ${why}`).join(", ");
  if (counted.held) of("why").textContent += ` ${counted.held}`;
  of("sample").replaceChildren(...preview.sample.flatMap((customer, at) => {
    const link = document.createElement("a");
    link.href = `/app/customers/${encodeURIComponent(customer.id)}`;
    link.textContent = customer.name;
    link.dir = "auto";
    return [at > 0 ? " · " : "", link, customer.city ? `, ${customer.city}` : ""];
  }));
  if (preview.count === 0) relax(rule);
  part("send-what").textContent =
    preview.reachable === 1 ? "1 person would get it" : `${numbers.format(preview.reachable)} people would get it`;
}

// Nobody matches: which one condition keeps most people out?
async function relax(rule) {
  let best = null;
  for (const { words, rule: wider } of builder.relaxed) {
    const answer = await post("/segments/preview", withRule({}, wider)).catch(() => null);
    if (builder.rule !== rule) return;
    if (answer?.ok && answer.json.count > (best?.count ?? 0)) best = { words, count: answer.json.count };
  }
  if (best) of("why").textContent = `Without “${best.words}” it would be ${numbers.format(best.count)}.`;
}

function ruleChanged() {
  const rule = builder.rule;
  field("rule").value = rule ?? "";
  part("rule-fault").textContent = "";
  field("rule").removeAttribute("aria-invalid");
  save();
  of("whose").textContent = "";
  if (rule === null) {
    part("explanation").textContent = "";
    counted = null;
    audience.dataset.state = builder.isEmpty ? "empty" : "unfinished";
    of("none").textContent = builder.isEmpty ? "Say who gets it, in a sentence or with conditions." : "";
    of("why").textContent = builder.isEmpty ? "" : "Finish the condition that is marked.";
    if (builder.isEmpty) of("sample").replaceChildren();
    part("send-what").textContent = "";
    return;
  }
  if (counted?.rule === rule) return;
  audience.dataset.state = audience.dataset.state === "empty" ? "counting" : "old";
  if (audience.dataset.state === "counting") of("none").textContent = "Counting…";
  count(rule);
  explain(rule);
  showTime(rule);
  showMessage();
}

const explain = asker(150, async (signal, rule) => {
  const answer = await fetch("/app/campaigns/new/words", { method: "POST", signal, body: new URLSearchParams({ rule }) });
  return answer.ok && !answer.redirected ? answer.json() : null;
}, words => { if (words !== null) part("explanation").textContent = words; });

// ---- A sentence ----

let asked = "";
let read = "";

// The conditions and the count may be of another sentence than the one that stands there: then they say so.
function tellWhose(whose) { of("whose").textContent = builder.isEmpty ? "" : whose; }

async function readSentence() {
  const prompt = field("prompt").value.trim();
  if (prompt === "") { field("prompt").focus(); return; }
  asked = prompt;
  const answerBox = part("sentence");
  answerBox.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => answerBox.replaceChildren(paragraph("muted", "Reading…")), 300);
  const answer = await post("/segments/nl2segment", JSON.stringify({ prompt })).catch(() => null);
  clearTimeout(slow);
  answerBox.removeAttribute("aria-busy");
  if (asked !== prompt) return;
  field("prompt").toggleAttribute("aria-invalid", false);
  if (!answer?.ok) {
    field("prompt").setAttribute("aria-invalid", "true");
    const why = fault(answer);
    const old = builder.isEmpty
      ? "No conditions are set."
      : "The conditions below are still those from before, and the numbers are theirs.";
    answerBox.replaceChildren(...unread(prompt, quoted(why)), paragraph("fault", why), paragraph("", old));
    tellWhose("Counted for the conditions above, not for the sentence.");
    return;
  }
  read = prompt;
  const { warnings } = answer.json;
  answerBox.replaceChildren(...(warnings.length > 0 ? [list("notes", warnings)] : []));
  builder.replace(ruleOf(answer));
  builder.marks = warnings.flatMap(quoted);
}

// The answer's rule as an object: what a sentence says has no numbers that a reader would round.
const ruleOf = answer => JSON.stringify(answer.json.rule);
const quoted = text => [...text.matchAll(/“([^”]+)”/g)].map(found => found[1]);

// The sentence once more, with the words underlined that were not understood.
function unread(prompt, words) {
  const parts = [];
  let rest = prompt;
  for (const word of words) {
    const at = rest.toLowerCase().indexOf(word.toLowerCase());
    if (at < 0) continue;
    const mark = document.createElement("u");
    mark.textContent = rest.slice(at, at + word.length);
    parts.push(rest.slice(0, at), mark);
    rest = rest.slice(at + word.length);
  }
  return parts.length === 0 ? [] : [paragraph("unread", ...parts, rest)];
}

function paragraph(className, ...children) {
  const element = document.createElement("p");
  element.className = className;
  element.dir = "auto";
  element.append(...children);
  return element;
}

function list(className, texts) {
  const element = document.createElement("ul");
  element.className = className;
  element.append(...texts.map(text => Object.assign(document.createElement("li"), { textContent: text })));
  return element;
}

async function findLookalikes() {
  const button = part("lookalikes");
  const told = part("lookalike-answer");
  button.disabled = true;
  told.textContent = "Looking…";
  const answer = await post(
    "/segments/lookalike",
    JSON.stringify({ segmentId: field("segment")?.value ?? document.getElementById("segment").value }),
  ).catch(() => null);
  button.disabled = false;
  told.textContent = answer?.ok ? answer.json.text : fault(answer);
  if (answer?.ok) builder.replace(ruleOf(answer));
}

// ---- What ----

const message = field("message");

function tellLength() {
  const length = message.value.length;
  part("length").firstChild.textContent = `${numbers.format(length)} of 1,000 characters. `;
}

const askMessage = asker(400, async (signal, rule, text) => {
  const answer = await fetch("/app/campaigns/new/message", {
    method: "POST",
    signal,
    headers: { Accept: "text/html" },
    body: new URLSearchParams({ rule, message: text }),
  });
  return answer.ok && !answer.redirected ? answer.text() : null;
}, html => {
  const preview = part("preview");
  preview.removeAttribute("aria-busy");
  if (html === null) {
    preview
      .querySelector(":scope > .muted")
      ?.replaceWith(paragraph("muted", "It cannot be shown now; it is tried again with the next change."));
    return;
  }
  const made = new DOMParser().parseFromString(html, "text/html").body;
  const wrong = made.querySelector("[data-message-fault]");
  part("message-field-fault").textContent = wrong?.textContent ?? "";
  message.toggleAttribute("aria-invalid", false);
  if (wrong) {
    message.setAttribute("aria-invalid", "true");
    preview.replaceChildren();
  } else {
    for (const data of made.querySelectorAll("data.number")) data.textContent = numbers.format(data.value);
    preview.replaceChildren(...made.childNodes);
  }
});

function showMessage() {
  tellLength();
  const preview = part("preview");
  if (builder.rule === null || message.value.trim() === "") {
    askMessage.stop();
    preview.removeAttribute("aria-busy");
    preview.replaceChildren();
    return;
  }
  preview.setAttribute("aria-busy", "true");
  if (!preview.hasChildNodes()) preview.replaceChildren(paragraph("muted", "Showing it for people of the audience…"));
  askMessage(builder.rule, message.value);
}

function insert(chosen) {
  const [from, to] = [message.selectionStart, message.selectionEnd];
  // A word does not begin right behind another.
  const text = /^\w/.test(chosen) && /\S$/.test(message.value.slice(0, from)) ? ` ${chosen}` : chosen;
  message.setRangeText(text, from, to, "end");
  const gap = text.indexOf("…");
  if (gap >= 0) message.setSelectionRange(from + gap, from + gap + 1);
  message.focus();
  message.dispatchEvent(new Event("input", { bubbles: true }));
}

async function suggest() {
  const objective = field("objective").value.trim();
  if (objective.length < 3) {
    field("objective").focus();
    part("objective-fault").textContent = "Say what it should achieve, for instance: win them back with 20% off until Sunday.";
    return;
  }
  const box = part("suggestions");
  box.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => {
    part("objective-fault").textContent = "";
    box.replaceChildren(Object.assign(document.createElement("li"), { className: "muted", textContent: "Writing…" }));
  }, 300);
  const answer = await post("/campaigns/messages", withRule({ objective, tone: field("tone").value }, builder.rule)).catch(() => null);
  clearTimeout(slow);
  box.removeAttribute("aria-busy");
  part("objective-fault").textContent = answer?.ok ? "" : fault(answer);
  if (!answer?.ok) { box.replaceChildren(); return; }
  box.replaceChildren(...answer.json.messages.map(text => {
    const item = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "suggestion", textContent: text });
    button.addEventListener("click", () => {
      message.focus();
      message.setRangeText(text, 0, message.value.length, "end");
      message.dispatchEvent(new Event("input", { bubbles: true }));
    });
    item.append(button);
    return item;
  }));
}

// ---- When ----

const showTime = asker(900, (signal, rule) => post("/segments/best-time", withRule({}, rule), signal), answer => {
  if (answer?.ok) part("time").textContent = answer.json.text;
});

// ---- Sending ----

function setFault(name, faultId, text) {
  field(name).toggleAttribute("aria-invalid", false);
  if (text) field(name).setAttribute("aria-invalid", "true");
  document.getElementById(faultId).textContent = text;
  return text ? field(name) : null;
}

// Nothing is cut off silently: what is too long is said.
function tellMost(name) {
  const [length, most] = [field(name).value.length, Number(field(name).dataset.most)];
  const why = length > most
    ? `This has ${numbers.format(length)} characters; ${numbers.format(most)} is the most. Shorten it.`
    : "";
  const wrong = setFault(name, `${name}-fault`, why);
  const fold = wrong?.closest("details");
  if (fold) fold.open = true;
  return wrong;
}

function review() {
  const who = builder.isEmpty
    ? "Say who gets it."
    : builder.rule === null
      ? "Finish the condition that is marked."
      : counted?.rule !== builder.rule
        ? "It is still being counted. Try again in a moment."
        : counted.reachable === 0
          ? "Nobody is left who would get it."
          : "";
  part("rule-fault").textContent = who;
  const wrong = [
    who ? builder.querySelector("[data-unfinished] input, [data-unfinished] select, [data-part=add]") ?? field("prompt") : null,
    message.value.trim() === "" ? setFault("message", "message-fault", "Write what they are to read.")
      : message.hasAttribute("aria-invalid") ? message : null,
    setFault("at", "at-fault", ["day", "week", "month"].includes(field("repeat").value) && field("at").value === ""
      ? "Say when it is sent for the first time." : ""),
    field("name").value.trim() === ""
      ? setFault("name", "name-fault", "Give the campaign a name, so that you find it again.")
      : tellMost("name"),
    tellMost("segmentName"),
  ].find(Boolean);
  if (wrong) { wrong.focus(); return; }
  const people = numbers.format(counted.reachable);
  field("people").value = counted.reachable;
  for (const place of dialog.querySelectorAll("[data-people]")) {
    place.textContent = people;
    if (place.nextSibling?.nodeType === Node.TEXT_NODE)
      place.nextSibling.textContent = place.nextSibling.textContent.replace(/people|person/, counted.reachable === 1 ? "person" : "people");
  }
  const at = field("at").value;
  const repeat = field("repeat").value;
  const often = repeat === "" ? "" : `, and then ${field("repeat").selectedOptions[0].textContent}`;
  const clocks = field("clocks").selectedOptions[0].textContent;
  const isLater = at !== "" || repeat !== "";
  for (const place of dialog.querySelectorAll("[data-confirm-verb]")) place.textContent = isLater ? "Schedule for" : "Send to";
  part("confirm-when").textContent = !isLater
    ? "begins at once."
    : `begins ${at === "" ? "at the next of its times" : `on ${at.replace("T", " ")}, ${clocks}`}${often}. `
      + "Until then you can take it back.";
  part("confirm-name").textContent = field("name").value;
  part("confirm-who").textContent = part("explanation").textContent;
  part("confirm-way").textContent = way();
  part("confirm-held").textContent = counted.held;
  part("confirm-recent").replaceChildren();
  showRecent();
  part("confirm-message").textContent = part("preview").querySelector(".bubble")?.textContent ?? message.value;
  part("confirm-unlinked").hidden = message.value.includes("{{unsubscribeUrl");
  part("typed").hidden = counted.reachable <= many;
  field("typed").value = "";
  part("typed-fault").textContent = "";
  if (dialog.open) dialog.close();
  dialog.showModal();
}

// By which channel, from whom and with which subject it goes.
function way() {
  const { way: text, subject } = field("channel").selectedOptions[0].dataset;
  return subject === undefined ? text : `${text} The subject of the e-mail is “${subject || field("name").value.trim()}”.`;
}

// Who has had another message lately: of many people it takes a moment.
const showRecent = asker(0, async signal => {
  const fields = new FormData(form);
  fields.set("rule", builder.rule);
  const answer = await fetch("/app/campaigns/new/recent", {
    method: "POST", signal, headers: { Accept: "text/html" }, body: new URLSearchParams(fields),
  });
  return answer.ok && !answer.redirected ? answer.text() : null;
}, html => {
  if (html === null) return;
  const made = new DOMParser().parseFromString(html, "text/html").body;
  for (const data of made.querySelectorAll("data.number")) data.textContent = numbers.format(data.value);
  part("confirm-recent").replaceChildren(...made.childNodes);
});

// Ticks those campaigns where it is said who is left out; one that is not on offer there is put beside the others.
function leaveOut(ids) {
  const fold = part("without");
  for (const id of ids) {
    let box = fold.querySelector(`[name=withoutCampaigns][value="${CSS.escape(id)}"]`);
    if (!box) {
      const label = Object.assign(document.createElement("label"), { className: "choice" });
      box = Object.assign(document.createElement("input"), { type: "checkbox", name: "withoutCampaigns", value: id });
      label.append(box, " Another campaign of the last days");
      fold.querySelector("fieldset:last-of-type").append(label);
    }
    box.checked = true;
  }
  fold.open = true;
  dialog.close();
  fold.dispatchEvent(new Event("change"));
  fold.querySelector("summary").focus();
}

const digits = text => text.replace(/\D/g, "");

form.addEventListener("submit", event => {
  if (event.submitter?.value === "draft") {
    const long = tellMost("name") ?? tellMost("segmentName");
    if (long) { event.preventDefault(); long.focus(); return; }
    field("rule").value = builder.rule ?? field("rule").value;
    localStorage.removeItem(draftName);
    sent = true;
    return;
  }
  if (event.submitter?.value !== "send") { event.preventDefault(); return; }
  if (!part("typed").hidden && digits(field("typed").value) !== field("people").value) {
    event.preventDefault();
    setFault("typed", "typed-fault", `Type ${numbers.format(field("people").value)} to send to so many.`).focus();
    return;
  }
  field("rule").value = builder.rule ?? field("rule").value;
  localStorage.removeItem(draftName);
  sent = true;
});

// Back after sending: another campaign is begun, this one is not sent again.
let sent = false;
addEventListener("pageshow", event => { if (event.persisted && sent) location.replace("/app/campaigns/new"); });

// ---- The draft ----

// With its key: a draft that another tab has sent is not sent a second time.
const kept = ["key", "prompt", "objective", "tone", "message", "name", "segmentName", "at", "clocks", "repeat", "again", "throttle",
  "quietFrom", "quietTo", "channel"];

function save() {
  if (sent) return;
  const draft = { search: location.search, blocks: builder.blocks };
  for (const name of kept) draft[name] = field(name).value;
  try { localStorage.setItem(draftName, JSON.stringify(draft)); } catch { /* A browser that keeps nothing: the page works without it. */ }
}

function restore() {
  try {
    const draft = JSON.parse(localStorage.getItem(draftName) ?? "null");
    if (draft === null || draft.search !== location.search || form.dataset.fresh === undefined && location.search === "") return false;
    for (const name of kept) field(name).value = draft[name] || field(name).value;
    builder.blocks = draft.blocks;
    part("draft").hidden = false;
    return true;
  } catch {
    return false;
  }
}

// ---- Wiring ----

const acts = { read: readSentence, suggest };

form.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.insert) insert(button.dataset.insert);
  else if (button.matches("[data-review]")) { event.preventDefault(); review(); }
  else if (button.matches("[data-cancel]")) dialog.close();
  else if (button.matches("[data-without-recent]")) { event.preventDefault(); leaveOut(button.dataset.withoutRecent.split(" ")); }
  else if (button.matches("[data-afresh]")) {
    event.preventDefault();
    sent = true;
    localStorage.removeItem(draftName);
    location.reload();
  }
  else if (button.matches("[data-lookalikes]")) findLookalikes();
  else if (acts[button.value]) {
    event.preventDefault();
    acts[button.value]();
  } else if (button.name === "use") {
    event.preventDefault();
    message.value = button.value;
    message.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

form.addEventListener("keydown", event => {
  if (event.key !== "Enter" || event.defaultPrevented || !event.target.matches("input") || builder.contains(event.target)) return;
  event.preventDefault();
  if (event.target.name === "typed") part("send").click();
  else if (event.target.name === "prompt") readSentence();
  else if (event.target.name === "objective") suggest();
  else review();
});

builder.addEventListener("rulechange", ruleChanged);
field("rule").addEventListener("change", () => {
  const text = field("rule").value.trim();
  try {
    JSON.parse(text || "{}");
    builder.rule = text;
  } catch {
    part("rule-fault").textContent = "This is not JSON.";
  }
});
for (const place of [part("without"), field("channel"), field("quietFrom"), field("quietTo"), field("transactional"),
  field("at"), field("clocks")])
  place?.addEventListener("change", () => {
    counted = null;
    ruleChanged();
  });
message.addEventListener("input", showMessage);
form.addEventListener("input", event => {
  const { name, value, dataset } = event.target;
  if (name && name !== "rule") save();
  if (dataset.most) tellMost(name);
  if (name === "prompt") {
    tellWhose(["", read].includes(value.trim()) ? "" : "Counted for the conditions above; the new sentence is not among them yet.");
  }
});

const typedRule = field("rule").value.trim();
if (!restore() && typedRule !== "") {
  try { builder.rule = typedRule; } catch { /* The fault stands beside it already. */ }
}
read = field("prompt").value.trim();
showMessage();
if (dialog.open) { dialog.close(); dialog.showModal(); }
