// What every page has: times and numbers in the reader's way, shortcuts, dialogs, forms that are sent once. All of it is an
// addition: without it the page shows UTC and English numbers, and works.

const numbers = new Intl.NumberFormat();
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const ago = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const DAY = 86_400_000;

function tell(time) {
  const at = new Date(time.dateTime);
  const past = at - Date.now();
  time.title = time.dateTime.replace("T", " ").replace("Z", " UTC");
  time.textContent =
    time.hasAttribute("data-exact") ? exact.format(at)
    : Math.abs(past) >= DAY ? day.format(at)
    : Math.abs(past) >= 3_600_000 ? ago.format(Math.round(past / 3_600_000), "hour")
    : Math.abs(past) >= 60_000 ? ago.format(Math.round(past / 60_000), "minute")
    : ago.format(Math.round(past / 1000), "second");
}

function localize(root = document) {
  for (const time of root.querySelectorAll("time[datetime]")) tell(time);
  for (const data of root.querySelectorAll("data.number")) data.textContent = numbers.format(data.value);
}

localize();
setInterval(() => document.querySelectorAll("time[datetime]:not([data-exact])").forEach(tell), 30_000);

// A part of a page, or a page; null where the server is away for a moment, or wants a sign-in.
async function read(path) {
  try {
    const answer = await fetch(path, { headers: { Accept: "text/html" } });
    return answer.ok && !answer.redirected ? await answer.text() : null;
  } catch {
    return null;
  }
}

async function load(part, path) {
  const html = await read(path);
  if (html === null || html === part.shown || part.contains(document.activeElement)) return;
  part.shown = html;
  part.innerHTML = html;
  localize(part);
}

// Parts that take a moment, fetched once the page is there: <section data-load="/app/…">.
function loadAll() {
  for (const part of document.querySelectorAll("[data-load]")) load(part, part.dataset.load);
}

// Parts that are read again while the page is open: <section data-refresh="/app/…" data-every="2000">.
async function refresh(part) {
  const every = Number(part.dataset.every ?? 2000);
  while (part.isConnected) {
    await new Promise(done => setTimeout(done, every));
    if (!document.hidden && part.isConnected) await load(part, part.dataset.refresh);
  }
}

loadAll();
document.querySelectorAll("[data-refresh]").forEach(refresh);

// The page is not what it was any more: it is read again, and what differs is put in its place, so that nobody loses theirs.
addEventListener("page-changed", async () => {
  const html = await read(location.href);
  if (html === null) return;
  const fresh = new DOMParser().parseFromString(html, "text/html");
  document.querySelector("main").replaceChildren(...fresh.querySelector("main").childNodes);
  localize();
  loadAll();
});

// A form is sent once, however often its button is pressed; coming back to the page makes it usable again.
addEventListener("submit", event => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-disabled]")?.removeAttribute("aria-disabled");
  }
});

// <button data-open="id"> opens the dialog with that id.
addEventListener("click", event => {
  const opener = event.target.closest?.("[data-open]");
  const dialog = opener && document.getElementById(opener.dataset.open);
  if (dialog) { event.preventDefault(); dialog.showModal(); }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// The box that finds anything: the last answer wins, arrows go through what was found.
const box = document.querySelector("[data-find]");
const found = document.getElementById("found");
let asked = 0;

box?.addEventListener("input", async () => {
  const turn = ++asked;
  await new Promise(done => setTimeout(done, 150));
  if (turn !== asked) return;
  const text = box.value.trim();
  if (!text) { found.replaceChildren(); return; }
  const html = await read(`${box.dataset.find}?part=true&q=${encodeURIComponent(text)}`);
  if (turn === asked && html !== null) found.innerHTML = html;
});
document.getElementById("find")?.addEventListener("keydown", event => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const stops = [box, ...found.querySelectorAll("a")];
  const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  stops[(next + stops.length) % stops.length].focus();
});

const places = [...document.querySelectorAll("a[data-key]")];
let afterG = 0;

addEventListener("keydown", event => {
  if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    document.getElementById("find")?.showModal();
    return;
  }
  const typing = event.target.closest?.("input, select, textarea, [contenteditable], dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach(menu => { menu.open = false; });
  else if (event.key === "?") document.getElementById("shortcuts")?.showModal();
  else if (event.key === "n") location.href = "/app/campaigns/new";
  else if (event.key === "/") { event.preventDefault(); document.getElementById("find")?.showModal(); }
  else if (event.key === "g") afterG = Date.now();
  else if (Date.now() - afterG < 1500) places.find(place => place.dataset.key === event.key)?.click();
});
