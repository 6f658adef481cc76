// Words that Wagtail's scripts have in English alone, as gettext has them for the reader.
(() => {
  const words = JSON.parse(document.getElementById('ikbt-script-words')?.textContent ?? '{}');
  // Made by Wagtail's own catalogue, which loads before.
  if (window.django?.catalog) Object.assign(window.django.catalog, words);
})();
// Wagtail's rich text fields come without a name: a screen reader would say "text field" and nothing more.
(() => {
  const nameEditors = () => {
    for (const editor of document.querySelectorAll('[role="textbox"]:not([aria-label])')) {
      const label = editor.closest('[data-field]')?.querySelector('label, [data-field-label]');
      const section = editor.closest('section')?.querySelector('[data-panel-heading-text], h2');
      const name = (label ?? section)?.textContent.trim();
      editor.setAttribute('aria-label', name || document.title);
    }
  };
  new MutationObserver(nameEditors).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener('DOMContentLoaded', nameEditors);
})();
