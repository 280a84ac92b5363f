// What is watched has come to its end: it stays as it is, and is asked for no more.
for (const part of document.querySelectorAll("[data-refresh]")) {
  const watch = new MutationObserver(() => {
    if (part.querySelector("[data-final]")) {
      watch.disconnect();
      part.replaceWith(...part.childNodes);
    }
  });
  watch.observe(part, { childList: true });
}
