/* Counts the characters of a field against the limit of the law while one types.
 * Without scripts the field works as before: the server counts. */
ckan.module("opendata-ua-counter", function ($) {
  "use strict";
  return {
    options: { limit: 254 },
    initialize: function () {
      this.room = document.getElementById(this.el.attr("id") + "-counter");
      if (!this.room) { return; }
      this.room.hidden = false;
      this.room.setAttribute("role", "status");
      this.el.on("input", this.count.bind(this));
      this.count();
    },
    count: function () {
      // One character of the law is one character of Unicode, line ends count once.
      var text = this.el.val().replace(/\r\n/g, "\n").trim();
      var used = Array.from(text).length;
      var limit = Number(this.options.limit);
      this.room.textContent = this._("%(used)s of %(limit)s characters", {
        used: String(used), limit: String(limit)
      });
      this.room.classList.toggle("opendata-ua-over", used > limit);
    }
  };
});
