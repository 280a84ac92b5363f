// A file is looked at before it is sent: its first 64 KiB say in which encoding it is, by what its columns are separated and what they
// are called. One says what each of them is, sees the first rows, and the same is proposed for the next file with such a header. Then
// the file goes to the API's own route, which tells how far it is. Without this the form is sent as a form.

const START = 64 * 1024;
const ROWS = 20;
const SEPARATORS = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" };
const DATE = /^(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}\b/;
const TIMES = ["createdAt", "placedAt"];
const LONGEST_QUERY = 6000;

const form = document.getElementById("import");
const mapping = document.getElementById("mapping");
const dates = document.getElementById("dates");
const drop = document.getElementById("drop");
const fault = document.getElementById("fault");
const progress = document.getElementById("progress");
const file = form.elements.file;
const button = form.querySelector("button");
const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

let sheet = null;       // what was read of the file: { encoding, separator, header, rows }
let choices = [];       // a select for each column
let upload = null;
let kindIsSaid = false;

// With a script the file comes first, and what depends on it after it.
form.querySelector("[data-without-script]").remove();
form.querySelector("fieldset").after(drop, mapping, dates);
dates.hidden = true;

const kind = () => form.elements.kind.value;
const fieldsOf = name => document.getElementById(`fields-${name}`);
const plain = name => [...name.slice(0, 60)].filter(letter => /[\p{L}\p{Nd}]/u.test(letter)).join("").toLowerCase();

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Reading.

function encodingOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes.length > 3 && bytes[0] && !bytes[1] && bytes[2] && !bytes[3]) return "utf-16le";
  if (bytes.length > 3 && !bytes[0] && bytes[1] && !bytes[2] && bytes[3]) return "utf-16be";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}

function parse(text, separator, most) {
  const rows = [];
  let row = [], cell = "", quoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.some(value => value.trim())) rows.push(row);
    row = [];
    cell = "";
  };
  for (let i = 0; i < text.length && rows.length < most; i++) {
    const letter = text[i];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[i + 1] === '"') { cell += letter; i++; }
      else quoted = false;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === separator) { row.push(cell); cell = ""; }
    else if (letter === "\n" || letter === "\r") endRow();
    else cell += letter;
  }

  return { rows, rest: row.length > 0 || cell !== "" ? [...row, cell] : null };
}

function isKnown(name) {
  const word = plain(name);
  return word !== "" && ["customers", "orders"].some(one => options(one).some(option => option.names.includes(word)));
}

function read(bytes, isWhole) {
  const encoding = encodingOf(bytes);
  let text = new TextDecoder(encoding).decode(bytes, { stream: !isWhole }).replace(/^[\r\n]+/, "");
  const hint = /^sep=([,;\t|])(\r\n|\r|\n)/i.exec(text);
  if (hint) text = text.slice(hint[0].length);
  const first = separator => parse(text, separator, 1);
  const score = separator => {
    const { rows, rest } = first(separator);
    const names = rows[0] ?? rest ?? [];
    return [names.filter(isKnown).length, names.length];
  };
  const separator = hint ? hint[1] : Object.keys(SEPARATORS)
    .map(one => [one, ...score(one)])
    .reduce((best, one) => one[1] > best[1] || (one[1] === best[1] && one[2] > best[2]) ? one : best)[0];
  const { rows, rest } = parse(text, separator, ROWS + 1);
  if (rest && isWhole && rows.length <= ROWS) rows.push(rest);
  const [header = [], ...others] = rows;
  return { encoding, separator, header: header.map(name => name.trim()), rows: others };
}

// Guessing.

function options(name) {
  return [...fieldsOf(name).content.querySelectorAll("option[value]:not([value='']):not([data-attribute])")].map(option => ({
    field: option.value,
    own: plain(option.value),
    names: [plain(option.value), ...(option.dataset.words ?? "").split(",").map(plain).filter(word => word)],
  }));
}

function attributeOf(name) {
  const key = name
    .replace(/^attributes\./i, "")
    .replace(/[^\p{L}\p{Nd}\p{Mn}\p{Mc}_\- ]/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 64)
    .trim();
  return key === "" ? null : `attributes.${key}`;
}

// What the API takes a column for by itself.
function ownFieldOf(one, name) {
  if (/^attributes\./i.test(name) && fieldsOf(one).content.querySelector("[data-attribute]")) return attributeOf(name);
  return options(one).find(option => option.own === plain(name))?.field ?? null;
}

function guess(one, header) {
  const known = options(one);
  const taken = new Set();
  const take = field => field && !taken.has(field) ? (taken.add(field), field) : null;
  const fields = header.map(name => take(ownFieldOf(one, name)));
  return header.map(
    (name, i) =>
      fields[i] ??
      (plain(name) && take(known.find(option => option.names.includes(plain(name)) && !taken.has(option.field))?.field)) ??
      null,
  );
}

const groups = one => fieldsOf(one).dataset.required.split(",").map(group => group.split("|"));
const missing = (one, fields) => groups(one).filter(group => !group.some(field => fields.includes(field)));
const labelOf = field => fieldsOf(kind()).content.querySelector(`option[value="${field}"]`)?.textContent ?? field;

const memory = () => `xenocrm/import/${kind()}/${JSON.stringify(sheet.header)}`;

function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(memory()));
    return kept?.fields?.length === sheet.header.length ? kept : null;
  } catch {
    return null;
  }
}

function remember() {
  try {
    localStorage.setItem(memory(), JSON.stringify({ fields: chosen(), dates: form.elements.dates.value }));
  } catch {
    // No room, or not allowed to keep anything: the next file is guessed anew.
  }
}

// Showing.

const chosen = () => choices.map(choice => choice.disabled ? null : choice.value || null);

function choiceFor(name, i, field) {
  const select = fieldsOf(kind()).content.querySelector("select").cloneNode(true);
  const attribute = select.querySelector("[data-attribute]");
  const key = attributeOf(name);
  if (attribute && key) {
    attribute.value = key;
    attribute.textContent = `Attribute “${key.slice("attributes.".length)}”`;
  } else attribute?.remove();
  select.setAttribute("aria-label", `Column ${i + 1}, ${name || "without a name"}, is`);
  select.value = field ?? "";
  if (select.selectedIndex < 0) select.value = "";

  // Such a name cannot be said; the API takes the column for what it is called, or passes it over.
  const same = sheet.header.findIndex(other => other.toLowerCase() === name.toLowerCase());
  if (name === "" || name.includes(",") || same < i) {
    select.value = same < i ? "" : ownFieldOf(kind(), name) ?? "";
    select.disabled = true;
    select.title =
      name === ""
        ? "A column without a name is left out."
        : same < i
          ? "A column before has the same name."
          : "A name with a comma in it cannot be changed here.";
  }

  return select;
}

function show() {
  const kept = recall();
  const fields = kept?.fields ?? guess(kind(), sheet.header);
  choices = sheet.header.map((name, i) => choiceFor(name, i, fields[i]));
  const head = element("thead", {},
    element("tr", {}, ...sheet.header.map(name => element("th", { scope: "col", dir: "auto", title: name }, name || "—"))),
    element("tr", {}, ...choices.map(choice => element("td", {}, choice))));
  const body = element("tbody", {}, ...sheet.rows.map(row =>
    element("tr", {}, ...sheet.header.map((_, i) => element("td", { dir: "auto", title: row[i] ?? "" }, row[i] ?? "")))));
  const table = element("table", {}, element("caption", { className: "unseen" }, "The first rows, and what each column is"), head, body);
  const box = element("div", { className: "preview", tabIndex: 0 }, table);
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "The first rows");
  mapping.replaceChildren(
    element("h2", { id: "mapping-title" }, "What the columns are"),
    element(
      "p",
      { className: "muted" },
      `${sheet.encoding.toUpperCase().replace("WINDOWS", "Windows")}, with ${SEPARATORS[sheet.separator]}, ` +
      `${numbers.format(sheet.header.length)} columns. ` +
        (kept ? "As for the last file with these columns." : "Guessed by their names: have a look."),
    ),
    box,
    element("p", { id: "mapping-fault", className: "fault", role: "status" }),
  );
  mapping.hidden = false;
  judge(kept?.dates);
}

// After each choice: what is missing, what is there twice, and whether days and months must be told apart.
function judge(said) {
  const fields = chosen();
  const twice = fields.find((field, i) => field && fields.indexOf(field) !== i);
  const [lack] = missing(kind(), fields);
  document.getElementById("mapping-fault").textContent =
    twice ? `Two columns are “${labelOf(twice)}”; leave one out.`
    : lack ? `One column must be ${lack.map(field => `“${labelOf(field)}”`).join(" or ")}.`
    : "";
  for (const [i, cells] of [...mapping.querySelectorAll("tbody tr")].flatMap(row => [...row.cells].map((cell, i) => [i, cell]))) {
    cells.classList.toggle("out", !fields[i]);
  }

  const found = sheet.rows
    .flatMap(row => fields.flatMap((field, i) => (TIMES.includes(field) ? [DATE.exec((row[i] ?? "").trim())] : [])))
    .filter(match => match);
  dates.hidden = found.length === 0;
  const order =
    found.length === 0 ? "" : said || (found.some(match => match[1] > 12) ? "dmy" : found.some(match => match[2] > 12) ? "mdy" : null);
  if (order !== null) form.elements.dates.value = order;
  else if (form.elements.dates.value === "") for (const radio of form.elements.dates) radio.checked = false;
  return !twice && !lack;
}

async function look() {
  fail(null);
  mapping.hidden = true;
  dates.hidden = true;
  sheet = null;
  const chosenFile = file.files[0];
  if (!chosenFile) return;
  try {
    const bytes = new Uint8Array(await chosenFile.slice(0, START).arrayBuffer());
    sheet = read(bytes, chosenFile.size <= START);
  } catch {
    fail("The file cannot be read. Choose it again.");
    return;
  }

  if (sheet.header.length === 0) {
    sheet = null;
    fail("The file is empty; its first line names the columns.");
    return;
  }

  const other = kind() === "orders" ? "customers" : "orders";
  const lacks = one => missing(one, guess(one, sheet.header)).length;
  if (!kindIsSaid && lacks(kind()) > 0 && lacks(other) === 0) form.elements.kind.value = other;
  if (!kindIsSaid && kind() === "customers" && lacks("orders") === 0) form.elements.kind.value = "orders";
  show();
}

function fail(...sentences) {
  fault.replaceChildren(...(sentences[0] ? [element("p", { className: "notice bad" }, sentences.join(" "))] : []));
  if (sentences[0]) fault.scrollIntoView({ block: "nearest" });
}

// Sending.

function query() {
  const fields = chosen();
  const pairs = sheet.header.flatMap((name, i) => choices[i].disabled ? [] : [{ name, field: fields[i], own: ownFieldOf(kind(), name) }]);
  const say = some => some.map(({ name, field }) => `${name}:${field ?? ""}`).join(",");
  const all = say(pairs);
  const asked = new URLSearchParams();

  // An address has its limits: what the API takes a column for by itself need not be said.
  asked.set("columns", encodeURIComponent(all).length <= LONGEST_QUERY ? all : say(pairs.filter(({ field, own }) => field !== own)));
  if (!dates.hidden && form.elements.dates.value) asked.set("dates", form.elements.dates.value);
  if (form.elements.dryRun.checked) asked.set("dryRun", "true");
  return asked;
}

function tell(loaded, total, started) {
  const bar = progress.querySelector("progress");
  const words = document.getElementById("progress-words");
  const size = bytes => numbers.format(bytes / 1024 / 1024);
  const left = (total - loaded) * (performance.now() - started) / Math.max(loaded, 1) / 1000;
  bar.value = loaded / total;
  words.textContent = loaded < total
    ? `${size(loaded)} of ${size(total)} MB${left > 3 ? `, ${numbers.format(Math.ceil(left))} seconds left` : ""}`
    : "The file is there and is being checked.";
}

function send() {
  fail(null);
  const started = performance.now();
  upload = new XMLHttpRequest();
  upload.open("POST", `${fieldsOf(kind()).dataset.import}?${query()}`);
  upload.setRequestHeader("Content-Type", "text/csv");
  upload.setRequestHeader("X-XenoCrm", "1");
  upload.responseType = "json";
  upload.upload.onprogress = event => tell(event.loaded, event.total, started);
  upload.onload = () => {
    if (upload.status === 202) {
      remember();
      location.assign(`/app/imports/${upload.response.importId}`);
      return;
    }

    const errors = Object.entries(upload.response?.errors ?? {}).flatMap(([field, texts]) =>
      texts.map(text => field === "file" || field === "columns" ? text : `${field}: ${text}`));
    stop(...(errors.length > 0 ? errors : [upload.response?.detail ?? "That did not work. Try it again."]));
  };
  upload.onerror = () => stop("The connection broke off before the file was there. Nothing was stored; try it again.");
  upload.onabort = () => stop(null);
  progress.hidden = false;
  button.disabled = true;
  tell(0, file.files[0].size || 1, started);
  upload.send(file.files[0]);
}

function stop(...sentences) {
  upload = null;
  progress.hidden = true;
  button.disabled = false;
  fail(...sentences);
}

file.addEventListener("change", look);
form.addEventListener("change", event => {
  if (event.target.name === "kind") {
    kindIsSaid = true;
    if (sheet) show();
  } else if (choices.includes(event.target)) judge();
});

form.addEventListener("submit", event => {
  event.preventDefault();
  if (upload || !sheet) return;
  if (!judge(form.elements.dates.value || undefined)) {
    choices[0]?.focus();
    mapping.scrollIntoView({ block: "nearest" });
  } else if (!dates.hidden && ![...form.elements.dates].some(radio => radio.checked)) {
    fail("Say which comes first in the dates, the day or the month: these could be both.");
    form.elements.dates[1].focus();
  } else send();
});

form.querySelector("a.button").addEventListener("click", event => {
  if (upload) {
    event.preventDefault();
    upload.abort();
  }
});

addEventListener("dragover", event => {
  event.preventDefault();
  drop.classList.add("over");
});
addEventListener("dragleave", event => { if (!event.relatedTarget) drop.classList.remove("over"); });
addEventListener("drop", event => {
  event.preventDefault();
  drop.classList.remove("over");
  if (event.dataTransfer.files.length > 0 && !upload) {
    file.files = event.dataTransfer.files;
    look();
  }
});

document.getElementById("file-hint").textContent += " Or drop it here.";
if (file.files.length > 0) look();
