// The list of teachers by keyboard: / goes to the box, j k move, o opens, n turns the page.
(() => {
  const rows = () => [...document.querySelectorAll("tr[data-row-link]")];
  const marked = () => document.querySelector("tr[data-row-link].at");

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(marked());
    const row = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    marked()?.classList.remove("at");
    row.classList.add("at");
    row.scrollIntoView({ block: "nearest" });
    row.querySelector("a")?.focus({ preventScroll: true });
  }

  const keys = {
    "/": () => document.getElementById("q").select(),
    j: () => move(1),
    k: () => move(-1),
    o: () => marked()?.querySelector("a")?.click(),
    n: () => document.querySelector('a[rel="next"]')?.click(),
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches(".find select")) event.target.form.requestSubmit();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape" && event.target.closest(".find")) event.target.blur();
      return;
    }
    const act = keys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });
})();
