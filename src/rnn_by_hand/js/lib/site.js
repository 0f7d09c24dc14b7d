// @ts-check

/* Where a page is, for its reader and for everybody else. */

/** Where the site begins, as its pages say; unknown on a page that is not one of them. */
export const ROOT = document.documentElement.dataset.content_root;

/** The address of this page on the site, if that has one. */
export function publishedAddress() {
  return /** @type {HTMLLinkElement | null} */ (document.querySelector("link[rel=canonical]"))?.href;
}

/** The address at which others find this page, if there is one: a folder is nobody else's business. */
export function sharedAddress() {
  return location.protocol === "file:" ? publishedAddress() : location.href;
}
