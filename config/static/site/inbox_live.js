// The inbox as it changes: what arrives is put in its place, what a colleague has decided stays and
// says so. The marked row, ticked boxes, the focus and the place on the page stay as they are.
(() => {
  const table = () => document.querySelector("#list tbody");
  const row = (id) => table()?.querySelector(`tr[data-task="${id}"]`);
  const shown = () => [...document.querySelectorAll("#list tr[data-task]:not(.gone)")].map((one) => one.dataset.task);
  const live = () => document.querySelector("#live");
  let stood = null;
  let first = false;

  // --- Asking --------------------------------------------------------------------------------
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.target.id !== "live") return;
    const { known, since } = event.target.dataset;
    Object.assign(event.detail.parameters, { known, since, shown: shown().join(",") });
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const busy = document.hidden || document.querySelector("dialog[open]") || document.querySelector("#q.htmx-request");
    if (event.target.id === "live" && busy) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && live()) htmx.trigger("#live", "look"); });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.id !== "live" || event.detail.xhr.status !== 200) return;
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const news = page.querySelector("#news");
    if (news) hear(news);
  });

  // --- Hearing -------------------------------------------------------------------------------
  function hear(news) {
    if (!table()) { htmx.trigger("#again", "look"); return; }
    const arrived = new Set([...news.querySelectorAll("[data-arrived]")].map((one) => one.dataset.arrived));
    let before = null;
    for (const fresh of news.querySelectorAll("tr[data-task]")) before = place(fresh, before, arrived);
    for (const said of news.querySelectorAll("[data-gone]")) strike(row(said.dataset.gone), said.textContent);
    for (const id of ["lead", "chips", "press"]) exchange(id, news);
    const count = document.querySelector('#rail a[aria-current="page"] b');
    if (count && !news.querySelector(".chip.on[aria-current]")) count.textContent = news.dataset.everything;
    Object.assign(live().dataset, { known: news.dataset.known, since: news.dataset.since });
    say(news.querySelector("#news-words").textContent.trim());
    document.dispatchEvent(new Event("rows"));
  }

  function place(fresh, before, arrived) {
    const old = row(fresh.dataset.task);
    if (old) { renew(old, fresh); return old; }
    fresh.classList.remove("at");
    fresh.removeAttribute("aria-current");
    fresh.classList.toggle("new", arrived.has(fresh.dataset.task));
    const added = document.importNode(fresh, true);
    if (before) before.after(added); else table().prepend(added);
    htmx.process(added);
    return added;
  }

  function renew(old, fresh) {
    old.toggleAttribute("data-clean", fresh.hasAttribute("data-clean"));
    [...old.cells].forEach((cell, at) => {
      const now = fresh.cells[at];
      if (!now || cell.matches(".fit") || cell.contains(document.activeElement)) return;
      if (cell.innerHTML !== now.innerHTML) cell.innerHTML = now.innerHTML;
    });
  }

  function strike(gone, words) {
    if (!gone || gone.classList.contains("gone")) return;
    gone.classList.add("gone");
    gone.removeAttribute("data-clean");
    const box = gone.querySelector('input[name="task"]');
    if (box) { box.checked = false; box.disabled = true; }
    const said = document.createElement("span");
    said.className = "tag said";
    said.textContent = words;
    gone.querySelector(".why").prepend(said);
    if (gone.classList.contains("at")) htmx.trigger(gone, "mark");
  }

  function exchange(id, news) {
    const old = document.getElementById(id);
    const now = news.querySelector(`#${id}`);
    if (!old || !now || old.contains(document.activeElement)) return;
    const added = document.importNode(now, true);
    old.replaceWith(added);
    htmx.process(added);
    added.querySelectorAll(".only-script").forEach((part) => { part.hidden = false; });
  }

  function say(words) {
    const place = document.querySelector("#heard");
    if (place && words) place.textContent = words;
  }

  // --- Staying where one was -----------------------------------------------------------------
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "desk") return;
    const all = [...document.querySelectorAll("#list tr[data-task]:not(.gone)")];
    const at = document.querySelector("#list tr.at");
    stood = at ? { id: at.dataset.task, index: Math.max(all.indexOf(at), 0) } : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (stood) {
      const all = [...document.querySelectorAll("#list tr[data-task]")];
      const there = row(stood.id) ?? all[Math.min(stood.index, all.length - 1)];
      stood = null;
      if (there) there.dispatchEvent(new CustomEvent("stand", { bubbles: true }));
    }
    // What is asked next, or that nothing more is, stands on the field only after this event.
    if (first) setTimeout(() => { if (first && !document.querySelector("#q.htmx-request")) toFirst(); });
  });

  // --- Searching -----------------------------------------------------------------------------
  function toFirst() {
    first = false;
    const found = document.querySelector("#list tr[data-task]");
    if (found) found.dispatchEvent(new CustomEvent("stand", { bubbles: true, detail: "focus" }));
  }
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "q") return;
    if (event.key === "Enter") { event.preventDefault(); first = true; htmx.trigger("#q", "look"); }
    if (event.key === "Escape" && !event.target.value) event.target.blur();
  });
})();
