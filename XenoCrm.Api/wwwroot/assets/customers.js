// What must be confirmed is asked in a dialog on the page, where there would be a page of its own without this.
addEventListener("click", event => {
  const opener = event.target.closest("a[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    dialog.showModal();
  }

  event.target.closest("[data-close]")?.closest("dialog")?.close();
});
