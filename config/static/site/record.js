/* The form of a record.

   #id_basic-name in the address    brings that field into view, marks it and puts the cursor into it
   form[data-draft="address"]       is kept there as a draft some seconds after the last change and when a changed
                                    field is left; data-following names the draft it goes on from, #draft-state
                                    says what became of it. A chosen file is not kept: it still has to be saved.
*/
(() => {
  "use strict";
  const PAUSE = 4000;

  function seek() {
    const id = decodeURIComponent(location.hash.slice(1));
    const node = id.startsWith("id_") && document.getElementById(id);
    const field = node && node.closest(".field");
    if (!field) return;
    for (const before of document.querySelectorAll(".field.sought")) before.classList.remove("sought");
    field.classList.add("sought");
    field.scrollIntoView({ block: "center" });
    const control = node.matches("input, select, textarea") ? node : node.querySelector("input, select, textarea");
    if (control) control.focus({ preventScroll: true });
  }
  window.addEventListener("hashchange", seek);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#id_"]');
    if (link && link.hash === location.hash) { event.preventDefault(); seek(); }
  });
  seek();

  const form = document.querySelector("form[data-draft]");
  const state = document.getElementById("draft-state");
  if (!form || !state) return;
  let timer = 0, edits = 0, sending = null, again = false;

  form.addEventListener("input", () => { edits += 1; wait(PAUSE); });
  form.addEventListener("change", () => { edits += 1; wait(300); });
  form.addEventListener("submit", () => { clearTimeout(timer); again = false; if (sending) sending.abort(); });

  if (form.dataset.changed) wait(PAUSE);

  function wait(time) {
    clearTimeout(timer);
    timer = setTimeout(keep, time);
  }

  function typed() {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
    fields.append("following", form.dataset.following);
    return fields;
  }

  function holdsFile() {
    return [...form.querySelectorAll('input[type="file"]')].some((input) => input.files.length);
  }

  async function keep() {
    if (form.classList.contains("busy")) return;
    if (sending) { again = true; return; }
    const before = edits;
    sending = new AbortController();
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: typed(), signal: sending.signal });
      const said = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
      if (answer.ok && said.saved_at) form.dataset.following = said.saved_at;
      if (answer.ok && said.saved_at && before === edits && !holdsFile()) form.dataset.changed = "";
      tell(said.words || state.dataset.failed, !(answer.ok && said.saved_at));
    } catch (error) {
      if (error.name !== "AbortError") tell(state.dataset.failed, true);
    } finally {
      sending = null;
      if (again) { again = false; keep(); }
    }
  }

  function tell(words, failed) {
    state.textContent = words;
    state.classList.toggle("failed", failed);
  }
})();
