// Runs before the first paint, which is why it is a file of its own and not deferred: the chosen
// theme must not flash, and what only scripts can do must not appear without them.
(() => {
  const root = document.documentElement;
  root.dataset.scripts = "on";
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage can be forbidden; the system's theme is a good answer then.
  }
})();
