// Numbers in the way of the reader's language, and the reader's own time on hover. The server writes "1,234.50" and
// UTC; whose language does the same sees no change of numbers, and without scripts nobody does.
//
// Numbers are in elements with data-number, and in the cells of live prices, which other scripts fill with the
// server's text.

const marked = "[data-number], [data-cell]:not([data-cell=at])";
const number = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+/g;

// The digits themselves stay as they are: columns line up by them.
const whole = new Intl.NumberFormat(navigator.language, { numberingSystem: "latn", maximumFractionDigits: 0 });
const point = new Intl.NumberFormat(navigator.language, { numberingSystem: "latn" })
  .formatToParts(1.5).find(({ type }) => type === "decimal").value;

function rewritten(text) {
  const [digits, decimals] = text.replaceAll(",", "").split(".");
  const grouped = whole.format(BigInt(digits));
  return decimals === undefined ? grouped : grouped + point + decimals;
}

// formatNumber puts the numbers in a text of the server's into the reader's way, with all the digits they have.
export function formatNumber(rawText) {
  return rawText.replace(number, rewritten);
}

const written = new WeakMap(); // what we made of a text node: anything else in it is new

function rewrite(element) {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (written.get(node) === node.data) continue;
    const text = formatNumber(node.data);
    written.set(node, text);
    if (text !== node.data) node.data = text;
  }
}

function rewriteWithin(node) {
  const holder = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest(marked);
  if (holder) rewrite(holder);
  else node.querySelectorAll?.(marked).forEach(rewrite);
}

if (formatNumber("1,234,567.5") !== "1,234,567.5") {
  rewriteWithin(document.body);
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "characterData") rewriteWithin(target);
      else addedNodes.forEach(rewriteWithin);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}

// Times. What has one in UTC, in its text or in its title, says on hover when that is here.

const utc = /(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d:\d\d) UTC/;
const local = new Intl.DateTimeFormat(navigator.language, { dateStyle: "medium", timeStyle: "long" });
const told = new WeakMap(); // the titles that we made, and what they were before

function momentOf(element, title) {
  if (element.dateTime) return new Date(element.dateTime);
  const found = utc.exec(title) ?? utc.exec(element.textContent);
  return found && new Date(`${found[1] ?? new Date().toISOString().slice(0, 10)}T${found[2]}Z`);
}

document.addEventListener("mouseover", ({ target }) => {
  const element = target.closest?.("[title], time, p");
  if (!element) return;
  const before = told.get(element);
  const title = element.title === before?.made ? before.title : element.title;
  const at = momentOf(element, title);
  if (!at || Number.isNaN(at.getTime())) return;
  const made = [title, `${local.format(at)} here`].filter(Boolean).join(" · ");
  told.set(element, { title, made });
  element.title = made;
});
