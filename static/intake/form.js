// Progressive only: everything works without this file.
"use strict";
(function () {
  // The list of doors narrows to what exists: {"b": {building: {unit: place}}, "l": [[doors], …]}
  var data = document.getElementById("doors");
  var map = data ? JSON.parse(data.textContent) : null;
  function fill(select, words) {
    if (!select) return;
    var was = select.value, first = select.options[0];
    select.textContent = "";
    select.appendChild(first);
    words.forEach(function (word) {
      if (word) select.appendChild(new Option(word, word, false, word === was));
    });
    if (words.length === 1 && words[0]) select.value = words[0];
  }
  function narrow(building, unit, number) {
    function units() {
      var here = map.b[building.value];
      if (here && unit) fill(unit, Object.keys(here));
      if (unit) unit.parentNode.hidden = Boolean(here && Object.keys(here).join("") === "");
      doors();
    }
    function doors() {
      var here = map.b[building.value];
      if (!here) return;
      var place = here[unit ? unit.value : ""];
      if (place === undefined && Object.keys(here).length === 1) place = here[Object.keys(here)[0]];
      if (place !== undefined) fill(number, map.l[place]);
    }
    building.addEventListener("change", units);
    if (unit) unit.addEventListener("change", doors);
    if (building.value) units();
  }
  if (map) document.querySelectorAll("select[name$='.building']").forEach(function (building) {
    var stem = building.name.slice(0, -"building".length);
    var form = building.form.elements;
    if (form[stem + "number"]) narrow(building, form[stem + "unit"], form[stem + "number"]);
  });

  // A child under 14: open the guardian's part.
  var guardian = document.getElementById("guardian");
  function child(event) {
    var name = event.target.name || "";
    var stem = name.match(/^(.*birth_date\.)(year|month|day)$/);
    if (!stem || !guardian) return;
    var form = event.target.form.elements;
    var born = new Date(+form[stem[1] + "year"].value, form[stem[1] + "month"].value - 1, +form[stem[1] + "day"].value);
    var limit = new Date();
    limit.setFullYear(limit.getFullYear() - 14);
    if (form[stem[1] + "year"].value.length === 4 && form[stem[1] + "day"].value && born > limit) guardian.open = true;
  }
  document.addEventListener("change", child);

  // One tap sends once; after a step back it can be sent again (the same form is the same entry).
  var form = document.querySelector("form");
  if (form) form.addEventListener("submit", function () {
    setTimeout(function () { form.querySelectorAll("button").forEach(function (button) { button.disabled = true; }); }, 0);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("button").forEach(function (button) { button.disabled = false; });
  });

  // The receipt's code comes after the # and never reaches a log.
  var code = document.getElementById("code");
  if (code && location.hash.length > 12) {
    code.value = decodeURIComponent(location.hash.slice(1)).slice(0, 40);
    history.replaceState(null, "", location.pathname + location.search);
  }
  var summary = document.getElementById("summary");
  if (summary) summary.focus();
})();
