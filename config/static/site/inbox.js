// The inbox by keyboard: j k move, x selects, e selects all of the page and then of the view,
// a approves or signs, r returns, u takes the last act back, o opens, / searches, ? shows all keys.
(() => {
  const rows = () => [...document.querySelectorAll("#desk tr[data-task]")];
  const marked = () => document.querySelector("#desk tr.at");
  const boxes = () => [...document.querySelectorAll('#batch input[name="task"]:not(:disabled)')];
  const picked = () => boxes().filter((box) => box.checked);
  const whole = () => document.querySelector('#batch input[name="whole"]');

  function mark(row) {
    if (!row || row === marked()) return;
    marked()?.removeAttribute("aria-current");
    marked()?.classList.remove("at");
    row.classList.add("at");
    row.setAttribute("aria-current", "true");
    row.scrollIntoView({ block: "nearest" });
    htmx.trigger(row, "mark");
  }

  // By keyboard the focus goes along, so that a screen reader says where it is.
  const focus = (row) => row?.querySelector("a.open")?.focus({ preventScroll: true });

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(marked());
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    mark(next);
    focus(next);
  }

  function count() {
    const bar = document.querySelector("#batch .batch");
    if (!bar) return;
    const n = picked().length;
    const view = whole();
    if (view) {
      view.closest(".whole").hidden = n < boxes().length;
      view.checked &&= n === boxes().length;
    }
    const words = bar.querySelector(".picked");
    words.dataset.none ??= words.textContent;
    words.textContent = view?.checked ? `${view.dataset.total} / ${view.dataset.total}` : n ? `${n} / ${boxes().length}` : words.dataset.none;
    bar.classList.toggle("some", n > 0);
    bar.querySelectorAll("button").forEach((button) => { button.disabled = n === 0; });
    const all = document.querySelector('input[data-mark="all"]');
    if (all) {
      all.checked = n > 0 && n === boxes().length;
      all.indeterminate = n > 0 && n < boxes().length;
    }
  }

  function selectAll() {
    const view = whole();
    if (picked().length < boxes().length) boxes().forEach((box) => { box.checked = true; });
    else if (view && !view.checked) view.checked = true;
    else boxes().forEach((box) => { box.checked = false; });
    count();
  }

  function press(verdict) {
    const form = picked().length ? document.querySelector("#batch") : document.querySelector("#pane form");
    form?.querySelector(verdict === "r" ? 'button[value="return"]' : 'button[name="verdict"]:not([value="return"])')?.click();
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: () => { const box = marked()?.querySelector('input[name="task"]'); if (box) { box.checked = !box.checked; count(); } },
    e: () => selectAll(),
    a: () => press("a"),
    r: () => press("r"),
    u: () => document.querySelector("#receipt form.undo button")?.click(),
    o: () => marked()?.querySelector("a.open")?.click(),
    "/": () => document.querySelector("#q")?.select(),
    "?": () => document.querySelector("#keys")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest('input:not([type="checkbox"]), textarea, select')) return;
    const act = keys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (target.closest("[data-close]")) document.querySelector("#dialog").close();
    const clean = target.closest('button[data-mark="clean"]');
    if (clean) {
      boxes().forEach((box) => { box.checked = box.closest("tr").hasAttribute("data-clean"); });
      count();
    }
    const row = target.closest("#desk tr[data-task]");
    if (row && !target.closest("a, input, label") && matchMedia("(min-width: 1101px)").matches) mark(row);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches('input[data-mark="all"]')) boxes().forEach((box) => { box.checked = event.target.checked; });
    if (event.target.closest("#batch")) count();
    if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
  });

  document.addEventListener("stand", (event) => {
    mark(event.target);
    if (event.detail === "focus") focus(event.target);
  });
  document.addEventListener("rows", count);

  document.addEventListener("asked", () => {
    const dialog = document.querySelector("#dialog");
    if (!dialog.open) dialog.showModal();
  });
  document.addEventListener("decided", () => document.querySelector("#dialog")?.close());

  function begin() {
    document.querySelectorAll(".only-script").forEach((part) => { part.hidden = false; });
    count();
  }
  document.addEventListener("DOMContentLoaded", begin);
  document.addEventListener("htmx:afterSettle", begin);
})();
