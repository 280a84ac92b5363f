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

export function localize(root = document) {
  for (const time of root.querySelectorAll("time[datetime]")) tell(time);
  for (const data of root.querySelectorAll("data.number")) data.textContent = numbers.format(data.value);
}

localize();
setInterval(() => document.querySelectorAll("time[datetime]:not([data-exact])").forEach(tell), 30_000);

// Parts of a page that are read again while it is open: <section data-refresh="/app/…" data-every="2000">.
for (const part of document.querySelectorAll("[data-refresh]")) refresh(part);

async function refresh(part) {
  const every = Number(part.dataset.every ?? 2000);
  let last = "";
  for (;;) {
    await new Promise(done => setTimeout(done, every));
    if (document.hidden || !part.isConnected) continue;
    try {
      const answer = await fetch(part.dataset.refresh, { headers: { Accept: "text/html" } });
      if (answer.redirected || !answer.ok) continue;
      const html = await answer.text();
      if (html === last || part.contains(document.activeElement)) continue;
      last = html;
      part.innerHTML = html;
      localize(part);
    } catch {
      // The server is away for a moment; the next round asks again.
    }
  }
}

// Parts that take a moment, fetched once the page is there: <section data-load="/app/…">.
for (const part of document.querySelectorAll("[data-load]")) load(part);

async function load(part) {
  try {
    const answer = await fetch(part.dataset.load, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    part.innerHTML = await answer.text();
    localize(part);
  } catch {
    // What stands there leads to the same by a link.
  }
}

// The page is not what it was any more: it is read again, and what differs is put in its place, so that nobody loses theirs.
addEventListener("page-changed", async () => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceChildren(...fresh.querySelector("main").childNodes);
  localize();
  for (const part of document.querySelectorAll("[data-load]")) load(part);
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
  try {
    const answer = await fetch(`${box.dataset.find}?part=true&q=${encodeURIComponent(text)}`, { headers: { Accept: "text/html" } });
    const html = await answer.text();
    if (turn === asked && answer.ok && !answer.redirected) found.innerHTML = html;
  } catch {
    // Enter asks again, as a page.
  }
});
document.getElementById("find")?.addEventListener("keydown", event => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const stops = [box, ...found.querySelectorAll("a")];
  const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  stops[(next + stops.length) % stops.length].focus();
});

const places = { h: "/", c: "/app/customers", s: "/app/segments", k: "/app/campaigns", d: "/app/deliveries" };
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
  else if (Date.now() - afterG < 1500 && places[event.key]) location.href = places[event.key];
});
