// What every page has: the theme switch, copy buttons, and the countdown of an error page.
(() => {
  const root = document.documentElement;

  function recall(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  function keep(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // Forbidden storage: the choice lasts as long as the page.
    }
  }

  let toastTimer;

  function say(text) {
    const toast = document.getElementById("toast");
    if (!toast) return;
    toast.textContent = text;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => (toast.textContent = ""), 2500);
  }

  // Theme: the system's, then the two that override it.
  const themes = ["system", "light", "dark"];
  const themeButton = document.getElementById("theme");

  function showTheme(theme) {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    if (!themeButton) return;
    themeButton.title = `Theme: ${theme}`;
    themeButton.setAttribute("aria-label", `Theme: ${theme}`);
  }

  if (themeButton) {
    const kept = recall("theme");
    showTheme(themes.includes(kept) ? kept : "system");
    themeButton.addEventListener("click", () => {
      const now = root.dataset.theme || "system";
      const next = themes[(themes.indexOf(now) + 1) % themes.length];
      keep("theme", next === "system" ? null : next);
      showTheme(next);
      say(`Theme: ${next}`);
    });
  }

  // Copying. The clipboard of the browser needs a secure origin, which a portal inside a company
  // often is not; the older command works there; else the text is selected for the person to copy.
  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyByCommand(text, button);
    }
  }

  function copyByCommand(text, button) {
    const area = document.createElement("textarea");
    area.value = text;
    area.readOnly = true;
    area.className = "sr-only";
    document.body.append(area);
    area.select();
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch {
      done = false;
    }
    area.remove();
    button.focus();
    return done;
  }

  function selectSource(button) {
    const source = button.closest("[data-copy-scope]")?.querySelector("[data-copy-source]");
    const element = source || button.closest(".Fact")?.querySelector("dd > :first-child");
    if (!element) return false;
    element.closest("details")?.setAttribute("open", "");
    getSelection().selectAllChildren(element);
    return true;
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-address]");
    if (!button) return;
    const path = button.dataset.copyAddress;
    const text = path === undefined ? button.dataset.copy : new URL(path, location.href).href;
    if (await copy(text, button)) say("Copied");
    else if (selectSource(button)) say("Selected: copy it with the keyboard");
    else say(text);
  });

  // A page that waits for eToro tries again by itself, but not for ever: a tab left open
  // overnight must not knock at a server in trouble. A page that is fine resets the count.
  const maxReloads = 3;
  const reloadsKey = `reloads ${location.pathname}`;

  function reloadsSoFar() {
    try {
      return Number(sessionStorage.getItem(reloadsKey)) || 0;
    } catch {
      return maxReloads;
    }
  }

  function countReloads(n) {
    try {
      if (n === 0) sessionStorage.removeItem(reloadsKey);
      else sessionStorage.setItem(reloadsKey, String(n));
    } catch {
      // reloadsSoFar answers for this: no storage, no reload.
    }
  }

  function reload(link) {
    const reading = document.querySelector("main details[open]") || String(getSelection()) !== "";
    const n = reloadsSoFar();
    if (reading || n >= maxReloads) return;
    countReloads(n + 1);
    location.replace(link.href);
  }

  function countDown(link) {
    const text = link.querySelector("[data-countdown-text]");
    const end = Date.now() + Number(link.dataset.countdown) * 1000;
    const timer = setInterval(() => {
      if (!link.isConnected) return clearInterval(timer);
      const left = Math.ceil((end - Date.now()) / 1000);
      if (text) text.textContent = left > 0 ? `in ${left} s` : "now";
      if (left > 0) return;
      clearInterval(timer);
      if ("reloads" in link.dataset && link.closest(".Error")) reload(link);
    }, 250);
  }

  function startCountdowns(scope) {
    for (const link of scope.querySelectorAll("[data-countdown]")) countDown(link);
  }

  if (!document.querySelector(".Error")) countReloads(0);
  startCountdowns(document);
  document.addEventListener("htmx:afterSwap", (event) => startCountdowns(event.detail.target));
})();
