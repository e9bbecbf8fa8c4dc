/* What a script adds to the workspace; every page works without it. */
"use strict";
(() => {
  /* What is typed is kept every few seconds, as a draft of this person alone. */
  document.querySelectorAll("form[data-autosave]").forEach((form) => {
    const note = form.querySelector("[data-autosaved]");
    let waiting, isSent = false;
    const keep = async () => {
      if (isSent) return;
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form) });
        if (answer.ok && note && !answer.redirected) note.textContent = `${note.dataset.autosaved} ${new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date())}`;
      } catch { /* no network: the next change tries again */ }
    };
    /* For which needs it would be found, while it is written; what is ticked there and not sent stays. */
    const look = async () => {
      const place = document.getElementById("needs-found");
      if (isSent || !place || place.contains(document.activeElement)) return;
      const ticked = [...place.querySelectorAll("input:checked")].map((box) => box.value);
      try {
        const answer = await fetch(form.dataset.finding, { method: "POST", body: new FormData(form) });
        if (answer.status !== 200 || answer.redirected) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        page.querySelectorAll("input[type=checkbox]").forEach((box) => { box.checked ||= ticked.includes(box.value); });
        place.replaceWith(page.getElementById("needs-found"));
      } catch { /* no network */ }
    };
    let looking;
    form.addEventListener("input", () => { clearTimeout(looking); looking = setTimeout(look, 1200); });
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 2000); });
    form.addEventListener("submit", () => { isSent = true; clearTimeout(waiting); });
  });
})();
