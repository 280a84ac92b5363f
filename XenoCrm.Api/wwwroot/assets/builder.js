// <rule-builder>: a segment's rule as blocks that read as a sentence. `element.rule = json` takes any rule, as text or as an object;
// `element.rule` gives it back as text, or null where it is not complete. Everything between is plain data: parse makes blocks of JSON,
// print makes JSON of blocks, and what was not touched comes back as it was, numbers to their last digit.
//
//   group  {id, join: "all" | "any" | "none", items: [block]}     the outermost may be "everyone"
//   orders {id, join: "orders", last?: true, items: [test]}       tests of one order, or the last, and limits of those that pass
//   test   {id, field, op, values: [value]}
//   raw    {id, raw: text}                                        what these cannot say
//   value  {is: "text" | "number" | "flag" | "day" | "moment", v} | {is: "ago", n, unit}

const TYPES = {
  totalSpend: "number", orderCount: "number", averageOrderValue: "number", lastOrderAt: "date", firstOrderAt: "date",
  daysSinceLastOrder: "number", city: "text", country: "text", tags: "set", name: "text", email: "text", phone: "text",
  createdAt: "date", unsubscribed: "flag",
};
const FIELDS = [
  ["Orders", [["totalSpend", "total spend"], ["orderCount", "number of orders"], ["averageOrderValue", "average order"],
    ["lastOrderAt", "last order"], ["firstOrderAt", "first order"], ["daysSinceLastOrder", "days since last order"]]],
  ["Person", [["city", "city"], ["country", "country"], ["tags", "tags"], ["name", "name"], ["email", "e-mail"], ["phone", "phone"],
    ["createdAt", "joined"], ["unsubscribed", "unsubscribed"]]],
  ["Your own", [["attributes.", "attribute"]]],
];
const ORDER_TYPES = { placedAt: "date", amount: "number", item: "set", $count: "number", $sum: "number", $avg: "number" };
const ORDER_FIELDS = [
  ["Of each order", [["placedAt", "date"], ["amount", "amount"], ["item", "items"]]],
  ["Of these orders together", [["$count", "number of them"], ["$sum", "sum of them"], ["$avg", "average of them"]]],
];
const LAST = "$last";
const WHICH = [["", "an order"], ["last", "their last order"]];
const isOfSeveral = field => field.startsWith("$");
const ALIASES = { visits: "orderCount", lastPurchase: "lastOrderAt" };
const ATTRIBUTE = "attributes.";

// An operator in words, by the type of its field; a date's also by what it is compared with.
const WORDS = {
  number: [["$gte", "is at least"], ["$lte", "is at most"], ["$gt", "is more than"], ["$lt", "is less than"], ["$eq", "is exactly"],
    ["$ne", "is not"], ["$in", "is one of"], ["$nin", "is none of"], ["$exists:true", "is known"], ["$exists:false", "is not known"]],
  text: [["$in", "is one of"], ["$nin", "is none of"], ["$eq", "is"], ["$ne", "is not"], ["$contains", "contains"],
    ["$startsWith", "starts with"], ["$endsWith", "ends with"], ["$exists:true", "is known"], ["$exists:false", "is not known"]],
  set: [["$in", "include any of"], ["$nin", "include none of"], ["$eq", "include"], ["$ne", "do not include"],
    ["$contains", "have one that contains"], ["$startsWith", "have one that starts with"], ["$endsWith", "have one that ends with"],
    ["$exists:true", "are there"], ["$exists:false", "are not there"]],
  date: [["$gte:ago", "was in the last"], ["$lt:ago", "was more than"], ["$gt:ago", "was less than"], ["$lte:ago", "was at least"],
    ["$lt", "was before"], ["$lte", "was on or before"], ["$gte", "was on or after"], ["$gt", "was after"], ["$eq", "was on"],
    ["$ne", "was not on"], ["$in", "was one of"], ["$nin", "was none of"], ["$eq:ago", "was exactly"], ["$ne:ago", "was not exactly"],
    ["$exists:true", "is known"], ["$exists:false", "never was"]],
  flag: [["$eq", "is"], ["$ne", "is not"], ["$in", "is one of"], ["$nin", "is none of"], ["$exists:true", "is known"],
    ["$exists:false", "is not known"]],
  any: [["$eq", "is"], ["$ne", "is not"], ["$in", "is one of"], ["$nin", "is none of"], ["$gte", "is at least"], ["$lte", "is at most"],
    ["$gt", "is more than"], ["$lt", "is less than"], ["$contains", "contains"], ["$startsWith", "starts with"],
    ["$endsWith", "ends with"], ["$exists:true", "is known"], ["$exists:false", "is not known"]],
};
const ORDER = ["$gt", "$gte", "$lt", "$lte"];
const PARTS = ["$contains", "$startsWith", "$endsWith"];
const LISTS = ["$in", "$nin"];
const UNITS = [["d", "days"], ["w", "weeks"], ["mo", "months"], ["y", "years"]];
const JOINS = [["all", "all"], ["any", "any"], ["none", "none"]];

let last = 0;
const id = () => ++last;
const isOfOrders = field => field in ORDER_TYPES;
const typeOf = field => field.startsWith(ATTRIBUTE) ? "any" : TYPES[field] ?? ORDER_TYPES[field];

// ---- JSON to blocks ----

// Numbers stay as they were written: JSON's own reader would round them.
const NUMBER = "#";
const readJson = text => JSON.parse(text.replace(
  /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, found => found[0] === '"' ? found : `{"${NUMBER}":"${found}"}`));
const isObject = json => json !== null && typeof json === "object" && !Array.isArray(json);
const isNumber = json => isObject(json) && typeof json[NUMBER] === "string";

export function parse(text) {
  const json = readJson(typeof text === "string" ? text : JSON.stringify(text));
  if (isObject(json) && json.$everyone === true && Object.keys(json).length === 1) return { id: id(), join: "everyone", items: [] };
  const block = toBlock(json);
  return block.join && block.join !== "orders" ? block : { id: id(), join: "all", items: [block] };
}

function toBlock(json) {
  try {
    const names = isObject(json) ? Object.keys(json) : [];
    if (names.length === 0) throw new Error("no rule");
    if (names.length === 1 && ["$and", "$or"].includes(names[0])) {
      if (!Array.isArray(json[names[0]]) || json[names[0]].length === 0) throw new Error("no list");
      return { id: id(), join: names[0] === "$and" ? "all" : "any", items: json[names[0]].map(toBlock) };
    }
    if (names.length === 1 && names[0] === "$not") {
      const denied = toBlock(json.$not);
      return { id: id(), join: "none", items: denied.join === "any" ? denied.items : [denied] };
    }
    const tests = names.flatMap(name => name === "orders" ? [toOrders(json.orders)] : toTests(name, json[name]));
    return tests.length === 1 ? tests[0] : { id: id(), join: "all", items: tests };
  } catch {
    return { id: id(), raw: writeJson(json) };
  }
}

function toOrders(json) {
  if (!isObject(json) || Object.keys(json).length === 0) throw new Error("no orders");
  const names = Object.keys(json).filter(name => name !== LAST);
  const block = { id: id(), join: "orders", items: names.flatMap(name => toTests(name, json[name], true)) };
  if (!(LAST in json)) return block;
  if (json[LAST] !== true || names.length === 0 || names.some(isOfSeveral)) throw new Error("no last order");
  return { ...block, last: true };
}

function toTests(name, json, ofOrders = false) {
  if (name === "lastPurchaseBefore" && !ofOrders) return [toTest("lastOrderAt", "$lte", json)];
  const field = ofOrders ? name : ALIASES[name] ?? name;
  if (!typeOf(field) || isOfOrders(field) !== ofOrders) throw new Error("no field");
  if (!isObject(json) || isNumber(json) || "$ago" in json) return [toTest(field, field === "totalSpend" ? "$gte" : "$eq", json)];
  if (Object.keys(json).length === 0) throw new Error("no test");
  return Object.keys(json).map(op => toTest(field, op, json[op]));
}

function toTest(field, op, json) {
  const type = typeOf(field);
  if (!WORDS[type].some(([known]) => known.split(":")[0] === op)) throw new Error("no operator");
  if (LISTS.includes(op) && (!Array.isArray(json) || json.length === 0)) throw new Error("no list");
  const value = json => toValue(op === "$exists" ? "flag" : type, json);
  return { id: id(), field, op, values: LISTS.includes(op) ? json.map(value) : [value(json)] };
}

function toValue(type, json) {
  if (isNumber(json) && ["number", "any"].includes(type)) return { is: "number", v: json[NUMBER] };
  if (typeof json === "boolean" && ["flag", "any"].includes(type)) return { is: "flag", v: json };
  if (typeof json === "string" && ["text", "set", "any"].includes(type)) return { is: "text", v: json };
  if (type === "date" && typeof json === "string") return { is: json.includes("T") ? "moment" : "day", v: json };
  const ago = type === "date" && isObject(json) && /^(\d+)(d|w|mo|y)$/.exec(json.$ago);
  if (ago) return { is: "ago", n: ago[1], unit: ago[2] };
  throw new Error("no value");
}

function writeJson(json) {
  if (isNumber(json)) return json[NUMBER];
  if (Array.isArray(json)) return `[${json.map(writeJson).join(",")}]`;
  if (isObject(json)) return `{${Object.entries(json).map(([name, value]) => `${JSON.stringify(name)}:${writeJson(value)}`).join(",")}}`;
  return JSON.stringify(json);
}

// ---- Blocks to JSON ----

/** The rule's canonical JSON; null while something in it is missing. */
export function print(root) {
  if (root.join === "everyone") return '{"$everyone":true}';
  return root.items.length > 0 && isComplete(root) ? write(plain(root)) : null;
}

function isComplete(block) {
  if (block.join) return block.items.length > 0 && block.items.every(isComplete) && !block.items.some(item => isTwice(block, item));
  if ("raw" in block) { try { return isObject(readJson(block.raw)); } catch { return false; } }
  return block.field !== ATTRIBUTE && block.values.length > 0 && block.values.every(isWhole);
}

// Of orders a comparison can be made once.
const isTwice = (group, test) => group.join === "orders"
  && group.items.find(item => item.field === test.field && item.op === test.op) !== test;

const isWhole = value =>
  value.is === "number" ? /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value.v)
  : value.is === "ago" ? /^\d+$/.test(value.n)
  : value.is === "day" || value.is === "moment" ? value.v !== "" : true;

// Groups of one, and groups inside another of their kind, say nothing more.
function plain(block) {
  if (!block.join) return block;
  if (block.join === "orders")
    return { orders: [...block.items].sort((one, other) => isOfSeveral(one.field) - isOfSeveral(other.field)), last: block.last };
  if (block.join === "none") return { not: plain({ join: "any", items: block.items }) };
  const items = block.items.map(plain).flatMap(item => item.join === block.join ? item.items : [item]);
  return items.length === 1 ? items[0] : { join: block.join, items };
}

function write(rule) {
  if (rule.not) return `{"$not":${write(rule.not)}}`;
  if ("raw" in rule) return writeJson(readJson(rule.raw));
  if (rule.field || rule.orders) return writeTests([rule]);
  if (rule.join === "all" && fitOneObject(rule.items)) return writeTests(rule.items);
  return `{"${rule.join === "all" ? "$and" : "$or"}":[${rule.items.map(write).join(",")}]}`;
}

// As the server writes them: tests only, all of a field's beside one another, no operator twice on a field, and one test of orders.
function fitOneObject(rules) {
  const seen = new Set();
  let before = null;
  for (const rule of rules) {
    if (rule.orders && !seen.has("orders")) {
      seen.add("orders");
      before = null;
      continue;
    }
    if (!rule.field) return false;
    const test = `${rule.field} ${rule.op}`;
    if ((rule.field !== before && seen.has(rule.field)) || seen.has(test)) return false;
    seen.add(rule.field).add(test);
    before = rule.field;
  }
  return true;
}

function writeTests(tests) {
  const fields = new Map();
  for (const test of tests) {
    const field = test.field ?? "orders";
    fields.set(field, [...fields.get(field) ?? [], test]);
  }
  return `{${[...fields].map(([field, of]) => `${JSON.stringify(field)}:${
    of[0].orders ? writeOrders(of[0]) : of.length === 1 && of[0].op === "$eq" && field !== "totalSpend"
      ? writeValue(of[0].values[0])
      : `{${of.map(test => `${JSON.stringify(test.op)}:${writeOperand(test)}`).join(",")}}`}`).join(",")}}`;
}

const writeOrders = ({ orders, last }) => last ? `${writeTests(orders).slice(0, -1)},"${LAST}":true}` : writeTests(orders);
const writeOperand = test => LISTS.includes(test.op) ? `[${test.values.map(writeValue).join(",")}]` : writeValue(test.values[0]);
const writeValue = value =>
  value.is === "number" ? value.v
  : value.is === "ago" ? `{"$ago":"${value.n}${value.unit}"}`
  : JSON.stringify(value.v);

// ---- The element ----

function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

const options = (list, chosen) => list.map(([value, label]) => h("option", { value, selected: value === chosen }, label));

class RuleBuilder extends HTMLElement {
  #root = { id: id(), join: "all", items: [] };
  #past = [];
  #typing = null;
  #marks = new Set();
  #words = { cities: [], countries: [], tags: [], attributeKeys: [] };
  #status = h("p", { class: "unseen", role: "status" });
  #blocks = h("div", { class: "blocks" });
  #lists = h("div", { hidden: true });
  #dragged = null;
  #drawing = false;
  #name = `rb${id()}`;

  connectedCallback() {
    if (this.#blocks.parentNode === this) return;
    this.append(this.#blocks, this.#lists, this.#status);
    this.addEventListener("keydown", event => this.#key(event));
    this.addEventListener("dragover", event => this.#over(event));
    this.addEventListener("drop", event => this.#drop(event));
    this.addEventListener("dragend", () => { this.#dragged = null; this.#line(null); });
    this.#draw();
    if (this.dataset.words) this.#loadWords();
  }

  /** The rule as JSON text; null while it is not complete. */
  get rule() { return print(this.#root); }

  set rule(json) { this.#take(json === null || json === "" ? { id: id(), join: "all", items: [] } : parse(json)); }

  /** Whether there is no condition at all. */
  get isEmpty() { return this.#root.join !== "everyone" && this.#root.items.length === 0; }

  /** The blocks as they stand, unfinished ones too: plain data, to be kept somewhere and set again. */
  get blocks() { return JSON.stringify(this.#root); }

  set blocks(text) {
    const renew = block => ({ ...block, id: id(), ...(block.items && { items: block.items.map(renew) }) });
    this.#take(renew(JSON.parse(text)));
  }

  /** Texts that a person should look at again: the values that are one of them are marked. */
  set marks(texts) { this.#marks = new Set([...texts].map(text => text.toLowerCase())); this.#draw(); }

  /** Of several conditions that must all hold: the rule without each of them in turn, and that one's words. */
  get relaxed() {
    const items = this.#root.join === "all" ? this.#root.items : [];
    return items.length < 2 || items.length > 8 ? [] : items.map(left => ({
      words: left.join === "orders" ? (left.last ? "the last order" : "the orders") : left.join || "raw" in left ? "the group" : say(left),
      rule: print({ join: "all", items: items.filter(item => item !== left) }),
    }));
  }

  /** Another rule, which Escape takes back. */
  replace(json) { this.#change(() => { this.#root = parse(json); }); }

  #take(root) {
    this.#root = root;
    this.#past = [];
    this.#draw();
    this.#tell();
  }

  async #loadWords() {
    try {
      const answer = await fetch(this.dataset.words, { headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected) this.#words = await answer.json();
    } catch {
      return; // Suggestions only: one can type everything.
    }
    const list = (name, words) => h("datalist", { id: `${this.#name}-${name}` }, ...words.map(word => h("option", { value: word })));
    this.#lists.replaceChildren(
      list("city", this.#words.cities), list("country", this.#words.countries), list("tags", this.#words.tags),
      list("keys", this.#words.attributeKeys));
  }

  // Every change goes through here, so that every one can be undone. What is typed in one go is one change.
  #change(act, { typing = null, focus = null, say = "" } = {}) {
    if (typing === null || typing !== this.#typing) this.#past.push(JSON.stringify(this.#root));
    if (this.#past.length > 100) this.#past.shift();
    this.#typing = typing;
    act();
    if (typing === null) this.#draw(focus);
    else this.#mark();
    this.#status.textContent = say;
    this.#tell();
  }

  #undo() {
    const before = this.#past.pop();
    if (!before) return false;
    this.#typing = null;
    this.#root = JSON.parse(before);
    this.#draw();
    this.#status.textContent = "Undone.";
    this.#tell();
    return true;
  }

  #tell() { this.dispatchEvent(new CustomEvent("rulechange", { bubbles: true, detail: { rule: this.rule } })); }

  // ---- Finding and moving ----

  #find(wanted, group = this.#root) {
    for (const [at, block] of group.items.entries()) {
      if (block.id === wanted) return { block, group, at };
      const inside = block.join && this.#find(wanted, block);
      if (inside) return inside;
    }
    return null;
  }

  #groupOf(wanted) { return wanted === this.#root.id ? this.#root : this.#find(wanted)?.block; }

  #newTest(field = "totalSpend") {
    const test = { id: id(), field, op: "$eq", values: [] };
    reset(test);
    return test;
  }

  #add(group, at, block, part = "field") {
    if (group.join === "everyone") group.join = "all";
    this.#change(() => group.items.splice(at, 0, block), { focus: { id: block.join ? block.items[0].id : block.id, part } });
  }

  #remove(wanted) {
    const { group, at } = this.#find(wanted);
    const next = group.items[at + 1] ?? group.items[at - 1];
    const focus = next ? { id: next.id, part: "handle" } : { id: group.id, part: "add" };
    this.#change(() => group.items.splice(at, 1), { focus, say: "Removed. Escape brings it back." });
  }

  #move(wanted, to, at) {
    const from = this.#find(wanted);
    if (!from || (from.block.join && (from.block === to || this.#find(to.id, from.block)))) return;
    if (isOfOrders(from.block.field) !== (to.join === "orders")) return;
    if (to.last && isOfSeveral(from.block.field)) return;
    const before = from.group === to && from.at < at ? at - 1 : at;
    if (from.group === to && from.at === before) return;
    this.#change(() => {
      from.group.items.splice(from.at, 1);
      to.items.splice(before, 0, from.block);
    }, { focus: { id: wanted, part: "handle" }, say: "Moved." });
  }

  #step(wanted, key) {
    const { group, at } = this.#find(wanted);
    const parent = group === this.#root ? null : this.#find(group.id);
    if (key === "ArrowUp") at > 0 ? this.#move(wanted, group, at - 1) : parent && this.#move(wanted, parent.group, parent.at);
    else if (key === "ArrowDown")
      at < group.items.length - 1 ? this.#move(wanted, group, at + 2) : parent && this.#move(wanted, parent.group, parent.at + 1);
    else if (key === "ArrowLeft") parent && this.#move(wanted, parent.group, parent.at + 1);
    else {
      const into = [group.items[at - 1], group.items[at + 1]].find(block => block?.join);
      if (into) this.#move(wanted, into, into === group.items[at - 1] ? into.items.length : 0);
    }
  }

  // ---- The keyboard ----

  #key(event) {
    const target = event.target;
    const row = target.closest("[data-block]");
    const wanted = row && Number(row.dataset.block);
    const isText = target.matches("input, textarea");
    if (event.key === "Escape") {
      if (this.#undo()) event.preventDefault();
    } else if (!row || wanted === this.#root.id) {
      return;
    } else if (event.altKey && event.key.startsWith("Arrow")) {
      event.preventDefault();
      this.#step(wanted, event.key);
    } else if (event.key === "Delete" && !(isText && target.value !== "")) {
      event.preventDefault();
      this.#remove(wanted);
    } else if (event.key === "Enter" && !event.defaultPrevented && !target.matches("button, textarea")) {
      event.preventDefault();
      const { group, at } = this.#find(wanted);
      this.#add(group, at + 1, this.#newTest(group.join === "orders" ? "amount" : undefined));
    }
  }

  // ---- Drag and drop ----

  #place(event) {
    const row = event.target.closest?.("[data-block]");
    if (!row || !this.contains(row)) return null;
    const wanted = Number(row.dataset.block);
    const block = this.#groupOf(wanted);
    if (!block) return null;
    const box = row.getBoundingClientRect();
    if (block.join && (block === this.#root || (event.clientY > box.top + 16 && event.clientY < box.bottom - 16))) {
      return { row, to: block, at: block.items.length, how: "in" };
    }
    const { group, at } = this.#find(wanted);
    const isAfter = event.clientY > box.top + box.height / 2;
    return { row, to: group, at: at + (isAfter ? 1 : 0), how: isAfter ? "after" : "before" };
  }

  #line(place) {
    for (const marked of this.querySelectorAll("[data-drop]")) delete marked.dataset.drop;
    if (place) place.row.dataset.drop = place.how;
  }

  #over(event) {
    if (this.#dragged === null) return;
    const place = this.#place(event);
    this.#line(place);
    if (place) event.preventDefault();
  }

  #drop(event) {
    const place = this.#dragged !== null && this.#place(event);
    if (!place) return;
    event.preventDefault();
    this.#line(null);
    this.#move(this.#dragged, place.to, place.at);
    this.#dragged = null;
  }

  // ---- Drawing ----

  #draw(focus = null) {
    const active = focus ?? this.#focused();
    this.#drawing = true;
    this.#blocks.replaceChildren(this.#drawRoot());
    this.#drawing = false;
    this.#mark();
    if (!active) return;
    const row = this.querySelector(`[data-block="${active.id}"]`);
    (row?.querySelector(`:scope > * [data-part="${active.part}"], :scope > [data-part="${active.part}"]`)
      ?? row?.querySelector("[data-part]"))?.focus();
  }

  #focused() {
    const active = document.activeElement;
    const row = this.contains(active) && active.closest("[data-block]");
    return row ? { id: Number(row.dataset.block), part: active.dataset.part } : null;
  }

  // What is missing is said by a mark, once somebody has been there.
  #mark() {
    for (const row of this.querySelectorAll("[data-test]")) {
      const found = this.#find(Number(row.dataset.block));
      if (found) row.toggleAttribute("data-unfinished", !isComplete(found.block) || isTwice(found.group, found.block));
    }
  }

  #drawRoot() {
    const root = this.#root;
    const everyone = root.join === "everyone";
    return h("div", { class: "group root", "data-block": root.id, role: "group", "aria-label": "Conditions" },
      h("div", { class: "head-line" },
        h("span", {}, everyone ? "This is for" : "Customers who match"),
        this.#join(root, [...JOINS, ["everyone", "everybody"]], "of the conditions"),
        !everyone && h("span", {}, "of")),
      !everyone && h("div", { class: "items" }, ...root.items.map(block => this.#drawBlock(block))),
      !everyone && this.#foot(root));
  }

  #drawBlock(block) {
    if (block.join) return block.join === "orders" ? this.#drawOrders(block) : this.#drawGroup(block);
    return "raw" in block ? this.#drawRaw(block) : this.#drawTest(block);
  }

  #drawGroup(group) {
    return h("div", { class: "group", "data-block": group.id, role: "group", "aria-label": "Group of conditions" },
      h("div", { class: "head-line" },
        this.#handle(group, "group"), this.#join(group, JOINS, "of this group"), h("span", {}, "of"), this.#cross(group, "group")),
      h("div", { class: "items" }, ...group.items.map(block => this.#drawBlock(block))),
      this.#foot(group));
  }

  #drawOrders(group) {
    const together = group.items.some(test => isOfSeveral(test.field));
    return h("div", { class: "group", "data-block": group.id, role: "group", "aria-label": "Conditions on orders" },
      h("div", { class: "head-line" },
        this.#handle(group, "group"),
        h("span", {}, together ? "Of their orders, all of these:" : "Of"),
        !together && this.#which(group),
        !together && h("span", {}, "all of these:"),
        this.#cross(group, "group")),
      h("div", { class: "items" }, ...group.items.map(block => this.#drawBlock(block))),
      h("div", { class: "foot" },
        this.#adder(group.last ? "+ on this order" : "+ on each order", "add", () =>
          this.#add(group, group.items.length, this.#newTest("amount"))),
        !group.last && this.#adder("+ on them together", "add-limit", () => this.#add(group, group.items.length, this.#newTest("$sum")))));
  }

  #which(group) {
    return h("select", {
      "data-part": "which", class: "join", "aria-label": "Which order",
      onchange: event => this.#change(() => {
        if (event.target.value) group.last = true;
        else delete group.last;
      }),
    }, ...options(WHICH, group.last ? "last" : ""));
  }

  #adder(label, part, onclick) { return h("button", { type: "button", class: "text-button", "data-part": part, onclick }, label); }

  #join(group, joins, of) {
    return h("select", {
      "data-part": "join", class: "join", "aria-label": `How many ${of} must hold`,
      onchange: event => this.#change(() => { group.join = event.target.value; }),
    }, ...options(joins, group.join));
  }

  #foot(group) {
    return h(
      "div",
      { class: "foot" },
      h(
        "button",
        { type: "button", class: "text-button", "data-part": "add", onclick: () => this.#add(group, group.items.length, this.#newTest()) },
        "+ condition",
      ),
      h(
        "button",
        {
          type: "button",
          class: "text-button",
          "data-part": "add-group",
          onclick: () =>
            this.#add(group, group.items.length, { id: id(), join: group.join === "any" ? "all" : "any", items: [this.#newTest("city")] }),
        },
        "+ group",
      ),
      this.#adder("+ orders", "add-orders", () =>
        this.#add(group, group.items.length, { id: id(), join: "orders", items: [this.#newTest("placedAt")] })),
    );
  }

  #handle(block, what) {
    return h(
      "button",
      {
        type: "button",
        class: "handle",
        draggable: "true",
        "data-part": "handle",
        title: "Drag to move; a click moves it up",
        "aria-label": `Move this ${what} up. Alt and an arrow key: anywhere. Delete: away`,
        onclick: () => this.#step(block.id, "ArrowUp"),
        ondragstart: event => {
          this.#dragged = block.id;
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", "");
        },
      },
      "⠿",
    );
  }

  #cross(block, what) {
    return h(
      "button",
      { type: "button", class: "cross", "data-part": "remove", "aria-label": `Remove this ${what}`, onclick: () => this.#remove(block.id) },
      "✕",
    );
  }

  #drawRaw(block) {
    return h("div", { class: "test raw", "data-block": block.id, "data-test": "", role: "group", "aria-label": "Condition as JSON" },
      this.#handle(block, "condition"),
      h("textarea", {
        "data-part": "field", rows: 2, spellcheck: "false", "aria-label": "Condition as JSON",
        oninput: event => this.#change(() => { block.raw = event.target.value; }, { typing: `${block.id} raw` }),
      }, block.raw),
      this.#cross(block, "condition"));
  }

  // The last order is one: of several together it has nothing.
  #fields(test) {
    if (!isOfOrders(test.field)) return FIELDS;
    return this.#find(test.id)?.group.last ? ORDER_FIELDS.slice(0, 1) : ORDER_FIELDS;
  }

  #drawTest(test) {
    const isAttribute = test.field.startsWith(ATTRIBUTE);
    const fields = h("select", {
      "data-part": "field", class: "field", "aria-label": "What",
      onchange: event => this.#change(() => {
        const before = typeOf(test.field);
        test.field = event.target.value;
        if (typeOf(test.field) !== before) reset(test);
        else if (before !== "number" && before !== "date") test.values = [];
      }),
    }, ...this.#fields(test).map(
      ([label, list]) => h("optgroup", { label }, ...options(list, isAttribute ? ATTRIBUTE : test.field))));
    return h(
      "div",
      { class: "test", "data-block": test.id, "data-test": "", role: "group", "aria-label": "Condition" },
      this.#handle(test, "condition"),
      h(
        "div",
        { class: "sentence" },
        fields,
        isAttribute &&
          h("input", {
            "data-part": "key",
            class: "key",
            value: test.field.slice(ATTRIBUTE.length),
            list: `${this.#name}-keys`,
            "aria-label": "Attribute's name",
            placeholder: "its name",
            maxlength: 64,
            autocomplete: "off",
            oninput: event =>
              this.#change(
                () => {
                  test.field = ATTRIBUTE + event.target.value.trim();
                },
                { typing: `${test.id} key` },
              ),
          }),
        this.#operator(test),
        ...this.#editor(test),
      ),
      this.#cross(test, "condition"),
    );
  }

  #operator(test) {
    return h("select", {
      "data-part": "op", class: "op", "aria-label": "How it is compared",
      onchange: event => this.#change(() => setOperator(test, event.target.value)),
    }, ...options(WORDS[typeOf(test.field)], operatorKey(test)));
  }

  #editor(test) {
    if (test.op === "$exists") return [];
    const kind = kindOf(test);
    const after = test.op === "$gte" ? null : "ago";
    if (kind === "ago" && !LISTS.includes(test.op)) return [...this.#ago(test), after && h("span", {}, after)];
    const choice = typeOf(test.field) === "any" && !ORDER.includes(test.op) && !PARTS.includes(test.op) ? [this.#kind(test, kind)] : [];
    if (LISTS.includes(test.op)) return [...choice, this.#chips(test, kind)];
    if (kind === "flag") return [...choice, this.#flag(test)];
    return [...choice, this.#single(test, kind), this.#unit(test)];
  }

  // An attribute is whatever was brought in: its value's type is for a person to say.
  #kind(test, kind) {
    return h("select", {
      "data-part": "kind", "aria-label": "Type of the value",
      onchange: event => this.#change(() => {
        if (!LISTS.includes(test.op)) test.values = event.target.value === "flag" ? [{ is: "flag", v: true }] : [];
        test.kind = event.target.value;
      }),
    }, ...options([["text", "the text"], ["number", "the number"], ["flag", "yes or no"]], kind));
  }

  #flag(test) {
    return h("select", {
      "data-part": "value", "aria-label": "Value",
      onchange: event => this.#change(() => { test.values = [{ is: "flag", v: event.target.value === "true" }]; }),
    }, ...options([["true", "yes"], ["false", "no"]], String(test.values[0]?.v ?? true)));
  }

  #ago(test) {
    const value = test.values[0];
    return [
      h("input", {
        "data-part": "value",
        class: "short",
        inputmode: "numeric",
        value: value.n,
        "aria-label": "How many",
        oninput: event =>
          this.#change(
            () => {
              value.n = digits(event.target.value);
            },
            { typing: `${test.id} value` },
          ),
      }),
      h(
        "select",
        {
          "data-part": "unit",
          "aria-label": "Unit",
          onchange: event =>
            this.#change(() => {
              value.unit = event.target.value;
            }),
        },
        ...options(UNITS, value.unit),
      ),
    ];
  }

  #unit(test) {
    const unit = ["totalSpend", "averageOrderValue", "amount", "$sum", "$avg"].includes(test.field) ? this.dataset.currency : "";
    return unit ? h("span", { class: "muted" }, unit) : null;
  }

  #single(test, kind) {
    const value = test.values[0];
    const moment = kind === "moment";
    return h("input", {
      "data-part": "value", "aria-label": "Value", autocomplete: "off", dir: kind === "text" ? "auto" : null,
      class: kind === "number" ? "number" : kind, list: this.#suggested(test), inputmode: kind === "number" ? "decimal" : null,
      type: kind === "day" ? "date" : moment ? "datetime-local" : "text", step: moment ? "1" : null,
      maxlength: kind === "text" ? 256 : null, value: moment ? value.v.slice(0, 19) : value?.v ?? "",
      title: moment ? `${value.v}, in UTC` : null, "data-assumed": this.#isMarked(value),
      oninput: event => this.#change(() => {
        const made = makeValue(kind, event.target.value);
        test.values = made ? [made] : [];
        test.kind = kind;
      }, { typing: `${test.id} value` }),
    });
  }

  #suggested(test) {
    return ["city", "country", "tags"].includes(test.field) && !PARTS.includes(test.op) ? `${this.#name}-${test.field}` : null;
  }

  #isMarked(value) { return value?.is === "text" && this.#marks.has(value.v.toLowerCase()); }

  #chips(test, kind) {
    const shown = test.values.slice(0, 60);
    const add = input => {
      const made = makeValue(kind, input.value);
      if (!made || !isWhole(made)) return false;
      if (!test.values.some(value => writeValue(value) === writeValue(made))) {
        this.#change(() => test.values.push(made), { focus: { id: test.id, part: "value" } });
      } else {
        input.value = "";
      }
      return true;
    };
    return h(
      "span",
      { class: "values" },
      ...shown.map((value, at) =>
        h(
          "span",
          { class: "value-chip", "data-assumed": this.#isMarked(value) },
          h("bdi", {}, spell(value)),
          h(
            "button",
            {
              type: "button",
              "data-part": `chip${at}`,
              "aria-label": `Remove ${spell(value)}`,
              onclick: () => this.#change(() => test.values.splice(at, 1), { focus: { id: test.id, part: "value" } }),
            },
            "×",
          ),
        ),
      ),
      test.values.length > shown.length && h("span", { class: "muted" }, `and ${test.values.length - shown.length} more`),
      kind === "flag"
        ? h(
            "select",
            { "data-part": "value", "aria-label": "Add", onchange: event => add(event.target) },
            ...options(
              [
                ["", "add…"],
                ["true", "yes"],
                ["false", "no"],
              ],
              "",
            ),
          )
        : h("input", {
            "data-part": "value",
            class: "adder",
            "aria-label": "Add a value",
            placeholder: this.#adding(test, kind),
            list: this.#suggested(test),
            autocomplete: "off",
            type: kind === "day" || kind === "moment" || kind === "ago" ? "date" : "text",
            maxlength: kind === "text" ? 256 : null,
            dir: "auto",
            onkeydown: event => {
              const ends = event.key === "Enter" || (event.key === "," && kind === "text");
              if (ends && event.target.value !== "" && add(event.target)) event.preventDefault();
              else if (event.key === "Backspace" && event.target.value === "" && test.values.length > 0) {
                event.preventDefault();
                this.#change(() => test.values.pop(), { focus: { id: test.id, part: "value" } });
              }
            },
            onpaste: event => {
              const lines = event.clipboardData
                .getData("text")
                .split(/[\n;\t]+/)
                .map(line => line.trim())
                .filter(line => line !== "");
              if (lines.length < 2) return;
              event.preventDefault();
              this.#change(
                () => {
                  for (const made of lines.map(line => makeValue(kind, line))) if (made && isWhole(made)) test.values.push(made);
                },
                { focus: { id: test.id, part: "value" } },
              );
            },
            // A word that is one of the suggestions is taken at once, as is what stands there when one goes on.
            oninput: event => {
              if (event.inputType === "insertReplacementText" || !event.inputType) add(event.target);
            },
            onblur: event => {
              const made = !this.#drawing && makeValue(kind, event.target.value);
              if (!made || !isWhole(made)) return;
              const to = event.relatedTarget?.closest?.("[data-block]") && {
                id: Number(event.relatedTarget.closest("[data-block]").dataset.block),
                part: event.relatedTarget.dataset.part,
              };
              queueMicrotask(() => this.#change(() => test.values.push(made), { focus: to ?? { id: 0, part: "" } }));
            },
          }),
    );
  }

  #adding(test, kind) {
    return test.values.length > 0
      ? "another"
      : kind === "number"
        ? "a number"
        : ({ city: "type a city", country: "type a country", tags: "type a tag", item: "type an item" }[test.field] ?? "type a value");
  }
}

// A condition in the words that stand in its row.
function say(test) {
  const field = test.field.startsWith(ATTRIBUTE)
    ? test.field.slice(ATTRIBUTE.length)
    : [...FIELDS, ...ORDER_FIELDS].flatMap(([, list]) => list).find(([name]) => name === test.field)[1];
  const values = test.op === "$exists" ? [] : test.values;
  const more = values.length > 3 ? ` or ${values.length - 3} more` : "";
  return [field, WORDS[typeOf(test.field)].find(([key]) => key === operatorKey(test))[1], values.slice(0, 3).map(spell).join(", ") + more]
    .filter(Boolean)
    .join(" ");
}

const digits = text => text.replace(/[\s,.'’_]/g, "");
const spell = value =>
  value.is === "ago"
    ? `${value.n} ${UNITS.find(([unit]) => unit === value.unit)[1]} ago`
    : value.is === "flag"
      ? value.v
        ? "yes"
        : "no"
      : String(value.v);

// Of several separators the last one is the decimal's: 5,000.50; alone with three digits after it, it parts thousands: 5,000.
function readNumber(text) {
  let number = text.replace(/[\s'’_]/g, "").replace(/[^\d.,eE+-]/g, "");
  if (number.includes(",") && number.includes("."))
    number = number.lastIndexOf(",") > number.lastIndexOf(".") ? number.replaceAll(".", "").replace(",", ".") : number.replaceAll(",", "");
  else if (/^-?\d{1,3}(,\d{3})+$/.test(number)) number = number.replaceAll(",", "");
  else number = number.replace(",", ".");
  return number.replace(/^(-?)0+(?=\d)/, "$1").replace(/^(-?)\./, "$10.").replace(/\.$/, "");
}

function makeValue(kind, text) {
  if (kind === "flag") return text === "" ? null : { is: "flag", v: text === "true" };
  if (kind === "text") return text.trim() === "" ? null : { is: "text", v: text };
  if (kind === "number") return text.trim() === "" ? null : { is: "number", v: readNumber(text) };
  if (kind === "moment" && text.includes("T")) return { is: "moment", v: `${text.length === 16 ? `${text}:00` : text.slice(0, 19)}Z` };
  return text === "" ? null : { is: "day", v: text };
}

// What a test's values are, or would be.
function kindOf(test) {
  const type = typeOf(test.field);
  if (type === "any")
    return ORDER.includes(test.op) ? "number" : PARTS.includes(test.op) ? "text" : (test.kind ?? test.values.at(-1)?.is ?? "text");
  return type === "date" ? test.values[0]?.is ?? test.kind ?? "day" : type === "set" ? "text" : type;
}

function operatorKey(test) {
  if (test.op === "$exists") return `$exists:${test.values[0].v}`;
  return test.values[0]?.is === "ago" && !LISTS.includes(test.op) ? `${test.op}:ago` : test.op;
}

function setOperator(test, key) {
  const [op, how] = key.split(":");
  const was = kindOf(test);
  const wasKnown = test.op === "$exists";
  test.op = op;
  if (op === "$exists") test.values = [{ is: "flag", v: how === "true" }];
  else if (how === "ago")
    test.values = was === "ago" && !wasKnown && test.values.length > 0 ? test.values.slice(0, 1) : [{ is: "ago", n: "90", unit: "d" }];
  else if (typeOf(test.field) === "date" && was === "ago" && !LISTS.includes(op)) {
    test.values = [];
    test.kind = "day";
  } else if (wasKnown) test.values = typeOf(test.field) === "flag" && !LISTS.includes(op) ? [{ is: "flag", v: true }] : [];
  else if (!LISTS.includes(op)) test.values = test.values.slice(0, 1);
  if (typeOf(test.field) === "any" && test.values.some(value => value.is !== kindOf(test)) && op !== "$exists" && !LISTS.includes(op))
    test.values = [];
}

// A condition that nobody has said anything in yet.
function reset(test) {
  const type = typeOf(test.field);
  delete test.kind;
  test.op = {
    number: "$gte",
    text: ["city", "country"].includes(test.field) ? "$in" : "$contains",
    set: "$in",
    date: test.field === "placedAt" ? "$gte" : "$lt",
    flag: "$eq",
    any: "$eq",
  }[type];
  test.values = type === "date" ? [{ is: "ago", n: "90", unit: "d" }] : type === "flag" ? [{ is: "flag", v: false }] : [];
}

RuleBuilder.parse = parse;
RuleBuilder.print = print;
customElements.define("rule-builder", RuleBuilder);
