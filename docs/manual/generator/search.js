// Searches INDEX (search-index.js): rows of name, address, summary, text.
// Works from file:// too. "/" goes to the field, arrows and Enter choose.
(function () {
  "use strict";
  var MOST = 30;
  var field = document.getElementById("search");
  var list = document.getElementById("found");
  var chosen = 0;

  // Less is better; -1: the row does not fit.
  function rank(row, words) {
    var name = row[0].toLowerCase();
    var short = name.replace(/zmq_/g, "");
    var total = 0;
    for (var i = 0; i < words.length; i++) {
      var word = words[i];
      var bare = word.replace(/^zmq_/, "");
      if (name === word || short === bare) total += 0;
      else if (short.indexOf(bare) === 0) total += 1;
      else if (name.indexOf(word) >= 0) total += 2;
      else if ((" " + row[2].toLowerCase()).indexOf(" " + word) >= 0) total += 4;
      else if ((" " + row[3]).indexOf(" " + word) >= 0) total += 8;
      else if (row[3].indexOf(word) >= 0) total += 16;
      else return -1;
    }
    return total;
  }

  function find(text) {
    var words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    return INDEX.map(function (row) { return { row: row, rank: rank(row, words) }; })
      .filter(function (hit) { return hit.rank >= 0; })
      .sort(function (a, b) { return a.rank - b.rank || a.row[0].length - b.row[0].length; })
      .slice(0, MOST);
  }

  function show() {
    var hits = find(field.value);
    list.textContent = "";
    list.hidden = !field.value.trim();
    hits.forEach(function (hit, i) {
      var item = document.createElement("li");
      var link = document.createElement("a");
      var note = document.createElement("span");
      link.href = hit.row[1];
      link.textContent = hit.row[0];
      note.textContent = " " + hit.row[2];
      item.className = i === chosen ? "chosen" : "";
      item.appendChild(link);
      item.appendChild(note);
      list.appendChild(item);
    });
    if (!hits.length) list.textContent = "Nothing found.";
  }

  function close() {
    field.value = "";
    show();
  }

  field.addEventListener("input", function () { chosen = 0; show(); });
  field.addEventListener("keydown", function (event) {
    var links = list.querySelectorAll("a");
    if (event.key === "Enter" && links[chosen]) { location.href = links[chosen].href; close(); }
    else if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") chosen = Math.min(chosen + 1, links.length - 1);
    else if (event.key === "ArrowUp") chosen = Math.max(chosen - 1, 0);
    else return;
    if (event.key.indexOf("Arrow") === 0) { event.preventDefault(); show(); }
  });
  list.addEventListener("click", function (event) { if (event.target.href) close(); });
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && document.activeElement !== field) { event.preventDefault(); field.focus(); }
  });
})();
