// One value on the screen, for a minute: then it leaves the page. Also when the page is left, so that "back" finds nothing.
(() => {
  "use strict";
  const shown = document.querySelector(".pil-revealed");
  if (!shown) return;
  const left = shown.querySelector(".pil-left");
  const end = Date.now() + Number(shown.dataset.seconds) * 1000;
  const forget = () => {
    clearInterval(timer);
    shown.replaceChildren(document.createTextNode("—"));
    shown.classList.remove("pil-revealed");
  };
  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000);
    if (seconds <= 0) forget();
    else left.textContent = String(seconds);
  };
  const timer = setInterval(tick, 250);
  addEventListener("pagehide", forget);
  shown.scrollIntoView({ block: "center" });
})();
