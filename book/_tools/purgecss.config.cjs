// What one_style_sheet.py has PurgeCSS keep: the rules for what is in a page, or what a script puts
// there. The paths are in the folder of the built site.
module.exports = {
  css: ["_static/site.css"],
  content: ["*.html", "book/*.html", "_static/*.js", "_static/lib/*.js"],
  // A script writes these without naming them: page.theme is data-theme.
  dynamicAttributes: ["data-theme", "data-mode"],
};
