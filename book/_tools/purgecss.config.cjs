// For one_style_sheet.py, which runs this in the folder of the built site.
module.exports = {
  css: ["_static/site.css"],
  content: ["*.html", "book/*.html", "_static/*.js", "_static/lib/*.js"],
  // Scripts set these under other names: dataset.theme is data-theme.
  dynamicAttributes: ["data-theme", "data-mode"],
};
