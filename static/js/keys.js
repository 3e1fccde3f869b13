// The keyboard: arrows move through the rows, Esc leads back to the box and clears it, / and ?
// are single keys and can be turned off, as dictation users need.
(() => {
  const box = document.getElementById("q");
  const dialog = document.getElementById("shortcuts");
  const toggle = document.getElementById("shortcuts-on");
  let singleKeys = true;

  try {
    singleKeys = localStorage.getItem("shortcuts") !== "off";
  } catch {
    // Forbidden storage: they are on, and can be turned off for this page.
  }

  function showSingleKeys() {
    if (singleKeys) delete document.documentElement.dataset.shortcuts;
    else document.documentElement.dataset.shortcuts = "off";
  }

  showSingleKeys();
  if (toggle) {
    toggle.checked = singleKeys;
    toggle.addEventListener("change", () => {
      singleKeys = toggle.checked;
      showSingleKeys();
      try {
        if (singleKeys) localStorage.removeItem("shortcuts");
        else localStorage.setItem("shortcuts", "off");
      } catch {
        // As above.
      }
    });
  }

  function openShortcuts() {
    if (dialog?.showModal && !dialog.open) dialog.showModal();
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open=shortcuts]")) openShortcuts();
    // The backdrop belongs to the dialog element; its content does not cover it.
    if (event.target === dialog) dialog.close();
    followRow(event);
  });

  // The link covers its row except for what has a hint of its own; a click there counts as well.
  function followRow(event) {
    if (event.defaultPrevented || event.button !== 0 || String(getSelection()) !== "") return;
    if (!event.target.closest(".Row-aged")) return;
    event.target.closest("[data-row]")?.querySelector(".Row-link")?.click();
  }

  function move(step) {
    const links = [...document.querySelectorAll("[data-row] .Row-link")];
    if (links.length === 0) return false;
    // From a box in a row the way leads on from that row.
    const at = links.indexOf(document.activeElement?.closest("[data-row]")?.querySelector(".Row-link"));
    const next = at + step;
    if (at < 0 && step < 0) return false;
    if (next < 0) box?.focus();
    else links[Math.min(next, links.length - 1)].focus();
    return true;
  }

  function escape(event) {
    if (!box) return;
    if (document.activeElement !== box) {
      box.focus();
      box.select();
    } else if (box.value !== "") {
      // Not every browser clears a search box by itself, and none of them tells htmx in time.
      event.preventDefault();
      box.value = "";
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function isTyping(element) {
    return element.isContentEditable || element.matches?.("input:not([type=checkbox]), textarea, select");
  }

  function press(event) {
    const typing = isTyping(event.target);
    const rowOrBox = event.target === box || event.target === document.body || event.target.closest?.("[data-row], main");
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        if ((!typing || event.target === box) && rowOrBox && move(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
        break;
      case "Escape":
        escape(event);
        break;
      case "/":
      case "?":
        if (typing || !singleKeys) break;
        event.preventDefault();
        if (event.key === "?") openShortcuts();
        else {
          box?.focus();
          box?.select();
        }
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog?.open) return;
    press(event);
  });
})();
