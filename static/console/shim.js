// Lets Unfold 0.91.0 run on Alpine's CSP build, which sees no globals and takes one plain expression at a time.
// Loaded deferred, before Alpine: the document is parsed, and nothing has been evaluated yet.

// 1. What Unfold leaves on `window` becomes a named component.
document.addEventListener("alpine:init", () => {
  Alpine.data("theme", theme);
  Alpine.data("searchForm", searchForm);
  Alpine.data("searchDropdown", searchDropdown);
  Alpine.data("searchCommand", searchCommand);
  Alpine.data("unfoldBody", (primary) => ({
    activeTab: primary === null ? "" : primary,
    sidebarMobileOpen: false,
    sidebarDesktopOpen: (localStorage.getItem("sidebarDesktopOpen") ?? "1") === "1",
    sortRecords: (event) => sortRecords(event),
    init() {
      if (primary !== null) this.activeTab = getCurrentTab() || primary;
      this.$watch("sidebarDesktopOpen", (open) => localStorage.setItem("sidebarDesktopOpen", open ? "1" : "0"));
    },
  }));
});

// 2. The few attributes whose text that parser refuses are rewritten.
const rewrite = (selector, attribute, value) => {
  for (const element of document.querySelectorAll(selector)) {
    if (value === null) element.removeAttribute(attribute);
    else element.setAttribute(attribute, value);
  }
};
const CLICK = "x-on:click";
rewrite(`[x-on\\:click*="localStorage.setItem"]`, CLICK, "sidebarDesktopOpen = !sidebarDesktopOpen"); // unfoldBody saves it
rewrite(`[x-on\\:focus*=";"]`, "x-on:focus", "openSearchResults = true");
rewrite(`[x-on\\:keydown\\.escape\\.prevent*="if ("]`, "x-on:keydown.escape.prevent", "openSearchResults = false");
rewrite(`[x-on\\:keydown\\.enter\\.prevent*="if ("]`, "x-on:keydown.enter.prevent", "selectItem(false, false)");

// A form that comes back with errors shall open the tab it was sent from; the parser knows no `window`.
for (const form of document.querySelectorAll("form[x-bind\\:action]")) {
  form.removeAttribute("x-bind:action");
  form.addEventListener("submit", () => {
    form.action = window.location.pathname + window.location.search + window.location.hash;
  });
}
