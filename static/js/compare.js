// What is chosen to be compared: kept over changes of the list, its pages and visits to instruments, for as long as
// the tab lives. Without scripts the boxes of one page are a form.

const key = "compare";
const most = 6;
const bar = document.getElementById("compare");
const count = bar?.querySelector("[data-compare-count]");
const link = document.querySelector("[data-compare-add]");
const shown = document.querySelector("[data-compare-shown]");

let chosen = recall(); // ids, in the order of choice

function recall() {
  let kept;
  try {
    kept = JSON.parse(sessionStorage.getItem(key));
  } catch {
    // Forbidden storage: the choice lasts as long as the page.
  }
  return Array.isArray(kept) ? kept.filter((id) => /^[1-9]\d*$/.test(id)).slice(0, most) : [];
}

function keep() {
  try {
    sessionStorage.setItem(key, JSON.stringify(chosen));
  } catch {
    // As above.
  }
}

const address = (ids) => `/compare?ids=${ids.join(",")}`;
const boxes = () => document.querySelectorAll("#results .CompareBox");

// show brings the page in line with the choice; remark is what else there is to say.
function show(remark = "") {
  for (const box of boxes()) box.checked = chosen.includes(box.value);
  if (bar) {
    bar.toggleAttribute("data-chosen", chosen.length > 0);
    const text = `${chosen.length} chosen${remark}`;
    if (count.textContent !== text) count.textContent = text;
  }
  if (link) {
    const id = link.dataset.compareAdd;
    const ids = chosen.includes(id) ? chosen : [...chosen.slice(0, most - 1), id];
    link.href = address(ids);
  }
}

function choose(box) {
  const others = chosen.filter((id) => id !== box.value);
  const full = box.checked && others.length === most;
  if (!full) chosen = box.checked ? [...others, box.value] : others;
  keep();
  show(full ? `, no more than ${most}` : "");
}

document.addEventListener("change", (event) => {
  if (event.target.matches(".CompareBox")) choose(event.target);
});

bar?.addEventListener("submit", (event) => {
  event.preventDefault(); // the form has only the boxes of this page
  if (chosen.length > 0) location.assign(address(chosen));
});

bar?.querySelector("[data-compare-clear]").addEventListener("click", () => {
  const inside = bar.contains(document.activeElement);
  chosen = [];
  keep();
  show();
  if (inside) document.getElementById("q")?.focus(); // the button that had the focus is gone
});

document.addEventListener("htmx:afterSwap", () => show());
// A page that comes back has the boxes as they were left.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  chosen = recall();
  show();
});

// What the comparison shows is the choice from now on: what was removed there is not chosen any more.
if (shown?.dataset.compareShown) {
  chosen = shown.dataset.compareShown.split(",").slice(0, most);
  keep();
}
show();
