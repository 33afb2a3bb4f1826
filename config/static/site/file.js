/* Pointing at a source lights up its values, pointing at a mark lights up its source. */
(() => {
  "use strict";
  const light = (selector, css, on) => {
    for (const node of document.querySelectorAll(selector)) node.classList.toggle(css, on);
  };
  for (const [start, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    for (const [name, on] of [[start, true], [end, false]]) {
      document.addEventListener(name, (event) => {
        const mark = event.target.closest?.("[data-mark]");
        if (mark) light(`[data-chain="${mark.dataset.mark}"]`, "at", on);
        const chain = event.target.closest?.("[data-chain]");
        if (chain) light(`[data-source="${chain.dataset.chain}"]`, "pointed", on);
      });
    }
  }
})();
