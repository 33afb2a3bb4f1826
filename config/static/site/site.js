/* Small improvements for pages that already work without a script.

   details.menu                     closes on Escape and on a click elsewhere
   [data-opens="id"]                opens the dialog with that id; [data-closes] closes the dialog around it
   form[data-once]                  cannot be sent twice by a double click
   form[data-send-on-change]        is sent when a select or checkbox in it changes
   form[data-guard]                 asks before leaving with changes that are not saved
   [data-rows]                      repeating rows: [data-add-row] clones its template, [data-remove-row] takes one out
   [data-shown-by="name=value"]     is shown only while the form's control has that value
   [data-quiet]                     says nothing when the server does not answer its own asking
   .photo-entry [data-preview]      shows the picture that was just chosen
*/
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
    }
    const closer = event.target.closest("[data-closes]");
    if (closer) { event.preventDefault(); closer.closest("dialog")?.close(); }
    if (event.target.matches("dialog")) event.target.close();
    const add = event.target.closest("[data-add-row]");
    if (add) addRow(add.closest("[data-rows]"));
    const remove = event.target.closest("[data-remove-row]");
    if (remove) removeRow(remove.closest("[data-row]"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-guard]")) form.dataset.changed = "";
    if (!form.matches("[data-once]")) return;
    if (form.classList.contains("busy")) { event.preventDefault(); return; }
    form.classList.add("busy");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form.busy")) form.classList.remove("busy");
  });

  document.addEventListener("input", (event) => {
    const guarded = event.target.closest("form[data-guard]");
    if (guarded) guarded.dataset.changed = "yes";
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-send-on-change]");
    if (form) form.requestSubmit();
    if (event.target.matches('.photo-entry input[type="file"]')) showPhoto(event.target);
    showDependents(event.target.form || document);
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector('form[data-guard][data-changed="yes"]')) event.preventDefault();
  });

  function showPhoto(input) {
    const [file] = input.files;
    const shown = input.closest(".photo-entry").querySelector("[data-preview]");
    if (!file || !shown || !file.type.startsWith("image/")) return;
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const picture = document.createElement("img");
      Object.assign(picture, { className: "photo", alt: file.name, src: reader.result });
      picture.dataset.preview = "";
      shown.replaceWith(picture);
    });
    reader.readAsDataURL(file);
  }

  /* The template's names hold the row number as __row__; how many there are stands in the hidden
     input `…-rows`. A row that was recorded is taken out by ticking its `…-remove` box. */
  function addRow(set) {
    const count = set.querySelector('input[name$="-rows"]');
    const number = Number(count.value) || 0;
    const row = set.querySelector("template").content.cloneNode(true);
    for (const node of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const attribute of ["name", "id", "for", "aria-describedby"]) {
        const value = node.getAttribute(attribute);
        if (value) node.setAttribute(attribute, value.replaceAll("__row__", number));
      }
    }
    const list = set.querySelector("[data-row-list]");
    list.append(row);
    count.value = number + 1;
    list.lastElementChild.querySelector("input, select, textarea")?.focus();
    changed(set);
  }

  function removeRow(row) {
    const tick = row.querySelector('input[type="checkbox"][name$="-remove"]');
    if (tick) tick.checked = true;
    else for (const control of row.querySelectorAll("input, select, textarea")) control.disabled = true;
    changed(row);
    row.hidden = true;
  }

  function changed(node) {
    node.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function showDependents(root) {
    for (const node of root.querySelectorAll("[data-shown-by]")) {
      const [name, value] = node.dataset.shownBy.split("=");
      const controls = [...(node.closest("form")?.elements ?? [])].filter((one) => one.name === name);
      node.hidden = !controls.some((one) => (one.type === "radio" || one.type === "checkbox" ? one.checked : true) && one.value === value);
    }
  }
  showDependents(document);

  document.body.addEventListener("htmx:responseError", complain);
  document.body.addEventListener("htmx:sendError", complain);
  function complain(event) {
    if (event.target.closest("[data-quiet]")) return;
    const place = document.getElementById("messages");
    const words = document.getElementById("trouble");
    if (place && words) { place.hidden = false; place.replaceChildren(words.content.cloneNode(true)); }
  }
})();
