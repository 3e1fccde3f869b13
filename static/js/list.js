// The list while it changes in place. Without htmx nothing here runs and links do the work.
(() => {
  if (!window.htmx) return;
  const notice = document.getElementById("notice");
  const template = document.getElementById("network-notice");

  // A search that the next keystroke replaced is no error, though htmx logs it as one, twice:
  // htmx:afterRequest repeats what the event after it names.
  htmx.logger = (element, name, detail) => {
    if (name === "htmx:sendAbort" || name === "htmx:afterRequest") delete detail.error;
  };

  function showNetworkNotice() {
    if (notice && template) notice.replaceChildren(template.content.cloneNode(true));
  }

  document.addEventListener("htmx:sendError", showNetworkNotice);
  document.addEventListener("htmx:timeout", showNetworkNotice);

  // Our errors say where they belong. One without that comes from something between us and the
  // browser, and its page must not land among the rows.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400 || xhr.getResponseHeader("HX-Retarget")) return;
    event.detail.shouldSwap = false;
    showNetworkNotice();
  });

  // Disclosures stay open when the rows behind them are exchanged.
  const open = new Set();
  document.addEventListener("htmx:beforeSwap", () => {
    for (const d of document.querySelectorAll("#results details[data-keep-open]")) {
      if (d.open) open.add(d.id);
      else open.delete(d.id);
    }
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  });

  // htmx takes every click on its links; one that asks for a new tab or window is not its business.
  document.addEventListener(
    "click",
    (event) => {
      const wantsTab = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (wantsTab && event.target.closest("a[data-hx-get]")) event.stopPropagation();
    },
    true,
  );
})();
