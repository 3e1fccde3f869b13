// Live prices in the page: fills the cells of each element with data-live="<id of an instrument>", whenever one comes
// into the page, and says in the header how fresh they are. What they hold comes from stream.js. Other scripts hear
// the event "live:price" of the document, with {id, raw, at}.

const oldAfter = 15 * 60 * 1000;
const maxIds = 100;
const texts = { price: "price", bid: "bid", ask: "ask", spread: "spread", spread_pct: "spread_pct", change: "change", at: "at_text" };

const still = matchMedia("(prefers-reduced-motion: reduce)");
let elements = new Map(); // by id
const shown = new Map(); // the price that the elements of an id show
let clock = 0; // how far the server's is ahead of ours

// The cells.

function collect() {
  const before = [...elements.keys()].join();
  elements = new Map();
  for (const element of document.querySelectorAll("[data-live]")) {
    const id = Number(element.dataset.live);
    if (!Number.isSafeInteger(id) || id < 1) continue;
    if (elements.has(id)) elements.get(id).push(element);
    else if (elements.size < maxIds) elements.set(id, [element]);
  }
  for (const [id, price] of shown) {
    if (elements.has(id)) elements.get(id).forEach((element) => fill(element, price));
    else shown.delete(id);
  }
  const ids = [...elements.keys()];
  if (ids.join() !== before) document.dispatchEvent(new CustomEvent("stream:want", { detail: ids }));
}

// innermost is what has the text of a cell: what is around it may carry its looks.
function innermost(element) {
  while (element.childElementCount === 1) element = element.firstElementChild;
  return element;
}

function fill(element, price, direction) {
  for (const cell of element.querySelectorAll("[data-cell]")) {
    const text = price[texts[cell.dataset.cell]];
    if (text === undefined) continue;
    const target = innermost(cell);
    if (target.textContent !== text) target.textContent = text;
    if (target.title && price.at_text) target.title = `price of ${price.at_text}`;
    if (target.classList.contains("Change")) showTrend(target, price.trend);
    if (cell.dataset.cell === "price" && direction) flash(target, direction);
  }
  element.dataset.trend = price.trend;
  showAge(element, price);
}

function showTrend(target, trend) {
  for (const way of ["up", "down"]) target.classList.toggle(`Change--${way}`, way === trend);
}

function flash(target, direction) {
  if (still.matches) return;
  target.classList.remove("Flash--up", "Flash--down");
  target.classList.add(`Flash--${direction}`);
  target.addEventListener("animationend", () => target.classList.remove(`Flash--${direction}`), { once: true });
}

function showAge(element, price) {
  if (price.at) element.toggleAttribute("data-old", Date.now() + clock - Date.parse(price.at) > oldAfter);
}

function take(price) {
  const before = shown.get(price.id);
  if (!elements.has(price.id)) return;
  shown.set(price.id, price);
  const direction = price.raw > before?.raw ? "up" : price.raw < before?.raw ? "down" : "";
  for (const element of elements.get(price.id)) fill(element, price, direction);
  if (price.raw && (price.raw !== before?.raw || price.at !== before?.at)) {
    document.dispatchEvent(new CustomEvent("live:price", { detail: { id: price.id, raw: price.raw, at: price.at } }));
  }
}

// The mark: where prices come from and, when they do not come by themselves, as of when they are.

const mark = document.querySelector("[data-live-mark]");
const [word, age, aloud] = ["text", "age", "aloud"].map((part) => mark?.querySelector(`[data-live-${part}]`));
const words = { connecting: "Connecting", reconnecting: "Reconnecting", polling: "Prices every 10 s", offline: "Offline" };
let feed;
let state = "connecting";
let toldAt = 0; // when prices came last, by the server's clock

// look is the state to show: while our stream runs, that of the server's own.
function look() {
  if (state !== "fed" || !feed) return [state in words ? state : "connecting", words[state] ?? words.connecting];
  const kinds = { live: "live", polling: "polling", refused: "polling" };
  return [kinds[feed.state] ?? "reconnecting", feed.text];
}

function showMark() {
  if (!mark) return;
  const [kind, text] = look();
  const asOf = kind === "live" || !toldAt ? "" : ` · as of ${new Date(toldAt).toISOString().slice(11, 19)} UTC`;
  mark.hidden = elements.size === 0;
  if (age.textContent !== asOf) age.textContent = asOf;
  if (word.textContent === text) return;
  // Prices that are live from the start are no news. The rest is said once, not each time it is refreshed.
  if (word.textContent !== words.connecting || kind !== "live") aloud.textContent = kind === "connecting" ? "" : text + asOf;
  word.textContent = text;
  mark.dataset.liveMark = kind;
}

document.addEventListener("stream:prices", ({ detail }) => {
  if (detail.feed) {
    feed = detail.feed;
    clock = Date.parse(feed.now) - Date.now();
  }
  if (detail.prices.length > 0) toldAt = Date.now() + clock;
  detail.prices.forEach(take);
  showMark();
});

document.addEventListener("stream:state", ({ detail }) => {
  state = detail;
  showMark();
});

document.addEventListener("htmx:afterSwap", () => {
  collect();
  showMark();
});

setInterval(() => {
  for (const [id, price] of shown) elements.get(id)?.forEach((element) => showAge(element, price));
}, 30 * 1000);

collect();
