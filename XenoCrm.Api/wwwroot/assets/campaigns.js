// A campaign's numbers while it runs, as its events tell them. Of all tabs that show the same campaign one listens and tells the others:
// a browser opens only six connections to a server.

const numbers = new Intl.NumberFormat();
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

function follow(id, tell) {
  const channel = new BroadcastChannel(`campaign-${id}`);
  channel.onmessage = ({ data }) => tell(data.event, data.stats);

  const listen = () => new Promise(over => {
    const events = new EventSource(`/campaigns/${encodeURIComponent(id)}/events`);
    for (const event of ["stats", "completed"]) {
      events.addEventListener(event, ({ data }) => {
        const stats = JSON.parse(data);
        channel.postMessage({ event, stats });
        tell(event, stats);
        if (event === "completed") { events.close(); over(); }
      });
    }
  });

  // Without locks, as on a plain HTTP address that is not this machine's, each tab listens by itself.
  if (navigator.locks) navigator.locks.request(`campaign-${id}`, listen); else listen();
}

function show(root, stats) {
  for (const place of [...root.querySelectorAll("[data-stat]"), ...document.querySelectorAll("#log [data-stat]")]) {
    const value = stats[place.dataset.stat];
    const data = place.querySelector("data");
    if (value === undefined || !data) continue;
    data.value = value;
    data.textContent = numbers.format(value);
  }
  const bar = root.querySelector(".bar-of-states");
  if (bar && stats.audience > 0) {
    let x = 0;
    for (const part of ["sent", "failed", "skipped"]) {
      const width = 1000 * stats[part] / stats.audience;
      const rect = bar.querySelector("." + part);
      rect.setAttribute("x", x);
      rect.setAttribute("width", width);
      x += width;
    }
    bar.setAttribute("aria-label",
      `${numbers.format(stats.sent)} sent, ${numbers.format(stats.failed)} failed, ${numbers.format(stats.skipped)} skipped, ` +
      `${numbers.format(stats.pending)} waiting, of ${numbers.format(stats.audience)}`);
  }
  const state = root.querySelector(".state");
  if (state) { state.dataset.state = stats.status; state.textContent = stats.status; }
}

// How fast it goes, over the last ten seconds, and when it will be done.
function pace() {
  const seen = [];
  return stats => {
    const now = Date.now();
    const done = stats.audience - stats.pending;
    seen.push([now, done]);
    while (seen.length > 2 && now - seen[0][0] > 10_000) seen.shift();
    const percent = stats.audience ? Math.floor(100 * done / stats.audience) : 100;
    const [then, before] = seen[0];
    const perMinute = now > then ? Math.round(60_000 * (done - before) / (now - then)) : 0;
    if (stats.status !== "sending" || stats.pending === 0) return stats.pending > 0 ? `· ${percent} %` : "";
    if (perMinute <= 0) return `· ${percent} %`;
    const end = clock.format(now + 60_000 * stats.pending / perMinute);
    return `· ${percent} % · ${numbers.format(perMinute)} a minute · done at ${end}`;
  };
}

const running = [...document.querySelectorAll("[data-campaign]")].slice(0, 4);
for (const root of running) {
  const sentence = root.querySelector("[data-live=sentence]");
  const waiting = root.querySelector("[data-live=waiting]");
  const toSentence = pace();
  const first = root.querySelector(".state")?.dataset.state;
  follow(root.dataset.campaign, (event, stats) => {
    show(root, stats);
    if (sentence) sentence.textContent = toSentence(stats);
    if (waiting) {
      waiting.hidden = !stats.waiting;
      if (stats.waiting) {
        const reason = stats.waiting.reason.replaceAll("the vendor", "the delivery service");
        waiting.textContent =
          `The delivery service is away: ${reason}. ${numbers.format(stats.pending)} messages wait; sending goes on by itself.`;
      }
    }
    // What can be done to it, and why it went so, are the server's to say: asked again once its state has changed.
    if (sentence && (event === "completed" || stats.status !== first)) dispatchEvent(new CustomEvent("page-changed"));
  });
}
