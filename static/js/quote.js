// The price area of an instrument: what follows from a live price without being a cell of it. The age of the price
// counts on, the mark moves within the range of the day, and the dollars are those of the price that is shown.

const section = document.querySelector("[data-quote]");
const id = Number(section.dataset.live);
const time = section.querySelector("[data-cell=at]");
const age = section.querySelector("[data-age]");
const range = section.querySelector("[data-range]");
const dollars = section.querySelector("[data-dollars]");

const sources = { live: "pushed by eToro" }; // else it is asked for

let clock = 0; // how far the server's is ahead of ours
let feed = "";

// Ages, in the words of the server's.

function ageText(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 48 * 3600) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86400)} d`;
}

function showAge() {
  if (!time.dateTime) return;
  const text = `${ageText(Date.now() + clock - Date.parse(time.dateTime))} old`;
  if (age.textContent !== text) age.textContent = text;
}

// What is shown of a number: the server's precision, which the text before had.

const number = (text) => Number(text?.replaceAll(",", ""));

function precise(value) {
  const digits = value >= 1 ? 2 : Math.min(20, 3 - Math.floor(Math.log10(value)));
  const text = value.toFixed(digits).replace(/(\.\d\d\d*?)0+$/, "$1");
  const [whole, decimals] = text.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${decimals}`;
}

function showDollars({ bid, ask }) {
  for (const [side, text, rate] of [["bid", bid, dollars.dataset.bidRate], ["ask", ask, dollars.dataset.askRate]]) {
    const amount = number(text) * Number(rate);
    if (amount > 0) dollars.querySelector(`[data-dollars-${side}]`).textContent = precise(amount);
  }
}

// A price that leaves the range stretches it.
function showPlace({ raw, price }) {
  let [low, high] = [Number(range.dataset.low), Number(range.dataset.high)];
  if (raw < low) {
    range.dataset.low = low = raw;
    range.querySelector("[data-range-low]").textContent = price;
  }
  if (raw > high) {
    range.dataset.high = high = raw;
    range.querySelector("[data-range-high]").textContent = price;
  }
  if (high > low) range.querySelector("[data-range-place]").setAttribute("cx", `${(((raw - low) / (high - low)) * 100).toFixed(1)}%`);
}

document.addEventListener("stream:prices", ({ detail }) => {
  if (detail.feed) {
    clock = Date.parse(detail.feed.now) - Date.now();
    feed = detail.feed.state;
  }
  const price = detail.prices.findLast((each) => each.id === id);
  if (!price) return;
  section.querySelector("[data-quote-source]").textContent = sources[feed] ?? "from eToro's rates";
  section.querySelector("[data-quote-note]")?.remove(); // it was about the price before
  if (price.at) time.dateTime = price.at;
  if (range && price.raw) showPlace(price);
  if (dollars) showDollars(price);
  showAge();
});

setInterval(showAge, 1000);
showAge();
