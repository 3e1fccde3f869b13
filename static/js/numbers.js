// Numbers as the reader's language groups them, and the reader's own time where a time stands in UTC. The server
// writes "1,234.50" and UTC; whoever reads those in English sees no change.

const parts = new Intl.NumberFormat(navigator.language, { useGrouping: true }).formatToParts(1234567.8);
const sign = (type, otherwise) => parts.find((part) => part.type === type)?.value ?? otherwise;
const group = sign("group", "");
const decimal = sign("decimal", ".");
const places = "[data-cell], .Table-close, .Closes td, .DayRange, .Quote-note, .Fact dd";
const number = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+/g;
const written = new WeakMap(); // what we made of a text, so that it is not made again

function localise(text) {
  return text.replace(number, (n) => n.replace(/[,.]/g, (c) => (c === "," ? group : decimal)));
}

function walk(root) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.currentNode.nodeType === Node.TEXT_NODE ? texts.currentNode : texts.nextNode(); node; node = texts.nextNode()) {
    if (written.get(node) === node.data || !node.parentElement?.closest(places)) continue;
    const text = localise(node.data);
    if (text !== node.data) node.data = text;
    written.set(node, text);
  }
}

if (group !== "," || decimal !== ".") {
  walk(document.body);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") walk(change.target);
      else change.addedNodes.forEach(walk);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}

const moment = /(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d:\d\d) UTC/;
const local = new Intl.DateTimeFormat(navigator.language, { dateStyle: "medium", timeStyle: "long" });

document.addEventListener("mouseover", (event) => {
  const element = event.target.closest?.("[title], [data-cell=at], .Quote-note, .Card-note");
  if (!element) return;
  const said = element.dataset.title ?? element.title;
  const found = moment.exec(said) ?? moment.exec(element.textContent);
  if (!found) return;
  const at = new Date((found[1] ?? new Date().toISOString().slice(0, 10)) + "T" + found[2] + "Z");
  element.dataset.title = said;
  element.title = [said, "here " + local.format(at)].filter(Boolean).join(" · ");
});
