// A record under review by keyboard: j k next and previous in the list, m marks the record.
// The list keeps its place; the record beside it is read without loading the page again.
(() => {
  "use strict";
  const items = () => [...document.querySelectorAll("#items a.item")];
  const shown = () => document.querySelector("#record")?.dataset.key;

  function tellPlace() {
    for (const item of items()) {
      if (item.dataset.record === shown()) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
    inView(document.querySelector('#items [aria-current="true"]'));
  }

  // Only the list scrolls, never the page.
  function inView(item) {
    const list = document.querySelector("#items");
    if (!item || list.scrollHeight <= list.clientHeight) return;
    const [inner, outer] = [item.getBoundingClientRect(), list.getBoundingClientRect()];
    if (inner.top < outer.top) list.scrollTop += inner.top - outer.top - 40;
    if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom + 40;
  }

  function move(by) {
    const all = items();
    const next = all[all.findIndex((item) => item.dataset.record === shown()) + by];
    if (next) next.click();
    else document.querySelector(`#record a[rel="${by > 0 ? "next" : "prev"}"]`)?.click();
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    m: () => document.querySelector("[data-mark-record]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select")) return;
    const act = keys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) document.querySelector("#dialog").close();
  });
  document.addEventListener("asked", () => {
    const dialog = document.querySelector("#dialog");
    if (!dialog.open) dialog.showModal();
  });
  document.addEventListener("decided", () => document.querySelector("#dialog")?.close());

  document.addEventListener("DOMContentLoaded", tellPlace);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "record" || event.target.closest?.("#items")) tellPlace();
  });
})();
